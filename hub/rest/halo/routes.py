"""Halo's addresses, from the operations of its resources."""

from starlette.routing import BaseRoute

from hub.actions.ports import Ports, Secrets
from hub.actions.visitors import Tokens
from hub.auth.access_tokens import AccessTokens
from hub.auth.client_addresses import ClientAddresses
from hub.rest.halo.availability import ProfileAvailability
from hub.rest.halo.dialect import HaloDialect
from hub.rest.halo.errors import ErrorBody
from hub.rest.halo.holidays import Holidays
from hub.rest.halo.profiles import ChatProfiles
from hub.rest.halo.tokens import TokenEndpoint
from hub.rest.halo.workdays import Workdays
from hub.rest.openapi import DescribedDialect
from hub.rest.operation import Operation, routes_from_operations
from hub.settings import Settings


class Halo:
    """The dialect with all its operations."""

    def __init__(self, ports: Ports, secrets: Secrets, visitor_tokens: Tokens, settings: Settings) -> None:
        access_tokens = AccessTokens(settings.secret_keys)
        addresses = ClientAddresses(settings.trusted_proxies)
        self.dialect = HaloDialect(ports, visitor_tokens, access_tokens, addresses)
        self.operations: list[Operation] = [
            *TokenEndpoint(ports, secrets, access_tokens, self.dialect, settings.base_url).operations(),
            *ChatProfiles(ports, self.dialect).operations(),
            *ProfileAvailability(ports).operations(),
            *Workdays(ports).operations(),
            *Holidays(ports).operations(),
        ]

    def described(self) -> DescribedDialect:
        """What OpenAPI says of it."""
        security = {
            "bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "An access token of POST /auth/token, or a chat token.",
            }
        }
        return DescribedDialect(self.operations, ErrorBody, security)

    def routes(self) -> list[BaseRoute]:
        """The routes of the Halo dialect."""
        return routes_from_operations(self.operations, self.dialect)
