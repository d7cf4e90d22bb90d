"""Halo's addresses, from the operations of its resources."""

from starlette.routing import BaseRoute

from hub.actions.ports import Ports, Secrets
from hub.actions.visitors import Tokens
from hub.auth.access_tokens import AccessTokens
from hub.auth.attachment_links import AttachmentLinks
from hub.auth.client_addresses import ClientAddresses
from hub.auth.console_sessions import ConsoleSessions
from hub.auth.cursors import SignedCursors
from hub.rest.halo.agents import Agents
from hub.rest.halo.articles import Articles
from hub.rest.halo.attachments import Attachments
from hub.rest.halo.availability import ProfileAvailability
from hub.rest.halo.canned_texts import CannedTexts
from hub.rest.halo.chats import Chats
from hub.rest.halo.description import describe_halo
from hub.rest.halo.dialect import HaloDialect
from hub.rest.halo.holidays import Holidays
from hub.rest.halo.messages import Messages
from hub.rest.halo.profiles import ChatProfiles
from hub.rest.halo.starting import Starting
from hub.rest.halo.teams import Statuses, Teams, TicketTypes
from hub.rest.halo.tickets import Tickets
from hub.rest.halo.tokens import TokenEndpoint
from hub.rest.halo.users import Users
from hub.rest.halo.webhooks import Webhooks
from hub.rest.halo.workdays import Workdays
from hub.rest.openapi import DescribedDialect
from hub.rest.operation import Operation, routes_from_operations
from hub.settings import Settings


class Halo:
    """The dialect with all its operations."""

    def __init__(self, ports: Ports, secrets: Secrets, visitor_tokens: Tokens, settings: Settings) -> None:
        access_tokens = AccessTokens(settings.secret_keys)
        addresses = ClientAddresses(settings.trusted_proxies)
        self._base_url = settings.base_url
        console = ConsoleSessions(settings.base_url)
        self.dialect = HaloDialect(ports, visitor_tokens, access_tokens, addresses, console, secrets.keys)
        starting = Starting(ports, visitor_tokens, self.dialect)
        self.operations: list[Operation] = [
            *TokenEndpoint(ports, secrets, access_tokens, self.dialect, settings.base_url).operations(),
            *Chats(ports, SignedCursors(settings.secret_keys), starting).operations(),
            *Messages(ports, starting).operations(),
            *ChatProfiles(self.dialect, ports, secrets.keys).operations(),
            *Agents(ports, secrets.passwords).operations(),
            *Teams(ports).operations(),
            *Statuses(ports).operations(),
            *TicketTypes(ports).operations(),
            *Users(ports).operations(),
            *Tickets(ports).operations(),
            *Articles(ports).operations(),
            *CannedTexts(ports).operations(),
            *Attachments(
                ports,
                self.dialect,
                AttachmentLinks(settings.secret_keys),
                settings.base_url,
                settings.max_attachment_mb,
            ).operations(),
            *ProfileAvailability(ports).operations(),
            *Workdays(ports).operations(),
            *Holidays(ports).operations(),
            *Webhooks(ports, secrets).operations(),
        ]

    def described(self) -> DescribedDialect:
        """What OpenAPI says of it."""
        return describe_halo(self.operations, self._base_url)

    def routes(self) -> list[BaseRoute]:
        """The routes of the Halo dialect."""
        return routes_from_operations(self.operations, self.dialect)
