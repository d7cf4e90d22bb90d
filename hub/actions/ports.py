"""What actions need from outside, as Protocols; `hub.store`, `hub.bus` and `hub.auth` fulfil them, `hub.app` brings them together."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from hub.actions.attachment_ports import AttachmentStore, BlobStore
from hub.actions.colleague_ports import ColleagueStore
from hub.actions.courier_ports import Outbound
from hub.actions.desk_ports import Desk
from hub.actions.finding_ports import FindingStore
from hub.actions.hours_ports import AvailabilityStore, PresenceStore, WorkdayStore
from hub.actions.routing_ports import RoutingStore
from hub.actions.visit_ports import VisitStore
from hub.actions.waiting_ports import WaitingStore
from hub.domain.chat import Chat, ChatFilter, ChatOrder, ChatPage, ChatState, StartFacts, Summary
from hub.domain.event import Append, Appended, Event, Stream
from hub.domain.identity import Caller, Side
from hub.domain.profile import Access, Look, Profile
from hub.domain.readiness import Readiness

CredentialKind = Literal[
    "password",
    "session",
    "page_session",
    "api_key",
    "oauth_client",
    "superoffice_login",
    "superoffice_ticket",
    "identity_secret",
    "slack_app",
    "webhook_secret",
]


@dataclass(frozen=True, slots=True)
class Started:
    """What starting a chat came to."""

    chat_id: int
    visitor_id: int
    created: bool


@dataclass(frozen=True, slots=True)
class ReadMark:
    """How far somebody has read a chat's public stream; `moved` is False when they had read that far before."""

    tenant_id: int
    chat_id: int
    identity_id: int
    side: Side
    seq: int
    at: datetime
    moved: bool = True


@dataclass(frozen=True, slots=True)
class TypingLease:
    """Somebody writes in a chat until `until`, whatever happens; `on` False ends it at once.

    `draft` is what a visitor is writing, where the profile lets agents see it: never stored, and told to agents alone.
    """

    tenant_id: int
    chat_id: int
    identity_id: int
    side: Side
    name: str
    on: bool
    until: datetime
    draft: str | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """One row of the id space of people and machines. Tokens of an older `token_epoch` are revoked."""

    tenant_id: int
    id: int
    uuid: UUID
    name: str
    token_epoch: int
    is_proven: bool = False  # Named by an id token.


@dataclass(frozen=True, slots=True)
class IdClaims:
    """What an id token says, once it is believed; it is not accepted any more after `expires_at`.

    `jti` names the token itself: one that has it is good for one sign-in. The e-mail is hearsay unless `is_email_verified`.
    """

    subject: str
    expires_at: datetime
    name: str | None = None
    email: str | None = None
    is_email_verified: bool = False
    jti: str | None = None


@dataclass(frozen=True, slots=True)
class ChatToTake:
    """A chat that shall become a user's: the one with this id, or the open one (None), of the visitor with `visitor_id`.

    `cid` names the command.
    """

    visitor_id: int
    chat_id: int | None
    cid: str


@dataclass(frozen=True, slots=True)
class Identified:
    """The user an id token proved, and what it did to the chat they were in as an unknown visitor (None: there was none)."""

    identity: "Identity"
    event: Event | None


@dataclass(frozen=True, slots=True)
class Seat:
    """What an agent's line has to know: the name of the tenant's present history, the first half of every position, and whether
    the agent takes new chats.
    """

    epoch: str
    readiness: Readiness


@dataclass(frozen=True, slots=True)
class Credential:
    """One way to be somebody. `hash` where the secret is only compared, `sealed` where it must be used."""

    tenant_id: int
    id: int
    hash: str | None
    sealed: bytes | None
    principal_id: int | None
    profile_id: int | None
    scopes: tuple[str, ...]
    expires_at: datetime | None
    principal_name: str | None
    principal_email: str | None
    principal_kind: str | None
    is_admin: bool = False
    role_ids: tuple[int, ...] = ()
    team_ids: tuple[int, ...] = ()


class EventStore(Protocol):
    """Appends and reads events."""

    async def append(self, item: Append) -> Appended:
        """The stored event, committed. Raises AppendRefused, CidReused, StorageUnavailable (the outcome is unknown until repeated)."""

    async def append_all(self, items: Sequence[Append]) -> list[Appended]:
        """All of them in one transaction, or none: what refuses one refuses all. Raises as `append` does."""

    async def list_after(
        self, tenant_id: int, chat_id: int, stream: Stream, after: int, limit: int
    ) -> list[Event]:
        """Events with seq > after, ascending, without holes."""

    async def list_before(
        self, tenant_id: int, chat_id: int, stream: Stream, before: int, limit: int
    ) -> list[Event]:
        """The newest events with seq < before, ascending."""

    async def list_ids_after(
        self, tenant_id: int, chat_id: int, last_id: int, max_id: int | None, limit: int
    ) -> list[Event]:
        """Public events with last_id < id ≤ max_id, ascending."""

    async def list_by_ids(self, tenant_id: int, chat_id: int, ids: Sequence[int]) -> list[Event]:
        """Those of the chat's public events that have these ids, ascending."""

    async def find_said_before(self, tenant_id: int, chat_id: int, user_id: int, cid: str) -> Event | None:
        """What the user said under this cid in the chat before it was known who they are."""

    async def list_edits(self, tenant_id: int, chat_id: int, seqs: Sequence[int]) -> list[Event]:
        """The newest `message_edited` event of each of these messages that has one."""


class ChatStore(Protocol):
    """Starts and reads chats."""

    async def start_chat(
        self,
        profile: Profile,
        visitor: UUID,
        name: str,
        state: ChatState,
        cid: str,
        facts: StartFacts,
        ticket: dict[str, Any] | None = None,
    ) -> Started:
        """The visitor's one open chat with the profile, made now or found. Safe to repeat. `ticket` is logged with a new one."""

    async def find_chat(self, tenant_id: int, chat_id: int) -> Chat | None: ...

    async def list_chats(self, tenant_id: int, chat_ids: Sequence[int]) -> list[Chat]:
        """Those of the chats the tenant has."""

    async def list_visitor_chats(
        self, tenant_id: int, profile_id: int, visitor_id: int, ids: Sequence[int]
    ) -> list[Chat]:
        """The visitor's open chat with the profile, and those of `ids` that are the visitor's own."""

    async def list_summaries(
        self,
        tenant_id: int,
        which: ChatFilter,
        order: Sequence[tuple[ChatOrder, bool]],
        after: Sequence[str] | None,
        limit: int,
        offset: int,
    ) -> ChatPage:
        """A page of the list. `order` pairs a key with whether it descends; ids decide between equals. `after` are the places of a row."""

    async def find_summary(self, tenant_id: int, chat_id: int) -> Summary | None: ...

    async def move_read(self, tenant_id: int, chat_id: int, identity_id: int, seq: int) -> ReadMark | None:
        """The highest mark ever set, never beyond the head; None when the identity does not take part."""


# Decides, from the profiles that are there by id, which shall be there; those with id 0 are made.
DecideProfiles = Callable[[Mapping[int, Profile]], Sequence[Profile]]


class ProfileStore(Protocol):
    """Reads and writes profiles."""

    async def find_profile(self, profile_id: int) -> Profile | None:
        """The profile of whichever tenant, without its flow; None when absent or deleted."""

    async def find_deleted_profile(self, profile_id: int) -> Profile | None:
        """A deleted one, as long as a chat that began there goes on."""

    async def find_own_profile(self, tenant_id: int, profile_id: int) -> Profile | None:
        """The tenant's profile with its flow; None when absent or deleted."""

    async def list_profiles(self, tenant_id: int) -> list[Profile]:
        """All of the tenant's that are not deleted, by id, without their flows."""

    async def list_enforced_access(self, tenant_id: int) -> list[tuple[int, Access]]:
        """The profiles not every agent may see, by id."""

    async def create_profile(
        self, tenant_id: int, name: str, key: str, origins: Sequence[str], look: Look
    ) -> Profile: ...

    async def write_profiles(
        self, tenant_id: int, ids: Sequence[int], decide: DecideProfiles
    ) -> list[Profile]:
        """What `decide` makes of the profiles with these ids, which nobody else changes meanwhile: all stored, or none.

        BadRequest (field `hours.workday_id`) when a workday that one is to go by from now on is gone.
        """

    async def delete_profile(self, tenant_id: int, profile_id: int) -> bool:
        """Whether there was one to delete."""

    async def list_versions(self, tenant_ids: Iterable[int]) -> dict[tuple[int, int], str]:
        """By tenant and id, a word that changes whenever the profile does. Deleted ones are among them."""

    async def list_current(self, keys: Iterable[tuple[int, int]]) -> list[Profile]:
        """The profiles of these tenants and ids without their flows, deleted ones too."""


class IdentityStore(Protocol):
    """Reads and makes tenants and identities."""

    async def count_tenants(self) -> int: ...

    async def create_tenant(self, name: str, epoch: str) -> int: ...

    async def find_seat(self, tenant_id: int, agent_id: int) -> Seat | None:
        """What an agent's line has to know; None when there is no such tenant."""

    async def find_visitor(self, tenant_id: int, uuid: UUID) -> Identity | None: ...

    async def identify_visitor(
        self,
        profile: Profile,
        claims: IdClaims,
        presenter: UUID | None,
        chat: "ChatToTake | None",
    ) -> Identified:
        """The tenant's user whom the claims name, made or found; all of it in one transaction, or nothing.

        `presenter` is the visitor whose token came along. `chat` becomes the user's, and the presenter's tokens end.
        Raises IdentityRefused (the token was used by another presenter or for another subject, the user may not come),
        ChatNotFound, ChatEnded, OtherChatOpen.
        """

    async def identify_agent(self, profile: Profile, claims: IdClaims) -> int:
        """The id of the tenant's agent in force who has the e-mail that the claims verify. A `jti` is good for one time.

        Raises IdentityRefused.
        """

    async def raise_token_epoch(self, tenant_id: int, identity_id: int) -> None:
        """Revokes every token of the identity."""

    async def create_agent(self, tenant_id: int, name: str, email: str, *, is_admin: bool = False) -> int:
        """The new agent's id. Raises BadRequest (field `email`) when the tenant has an agent with that e-mail."""


class CredentialStore(Protocol):
    """The one table of credentials."""

    async def find_credentials(self, kind: CredentialKind, public_id: str) -> list[Credential]:
        """Those that are in force: not revoked, not expired, their principal not disabled. At most one, except passwords."""

    async def find_credential_by_id(self, tenant_id: int, credential_id: int) -> Credential | None:
        """The one with this id, when it is in force."""

    async def add_credential(
        self,
        tenant_id: int,
        kind: CredentialKind,
        public_id: str,
        *,
        hash: str | None = None,
        sealed: bytes | None = None,
        principal_id: int | None = None,
        profile_id: int | None = None,
        scopes: Sequence[str] = (),
        expires_at: datetime | None = None,
    ) -> int:
        """The new credential's id."""

    async def touch_credential(self, tenant_id: int, credential_id: int) -> None:
        """Notes that it was used now."""

    async def revoke_credential(self, tenant_id: int, credential_id: int) -> None: ...


class StandingStore(Protocol):
    """Tells who may no longer be on a live line."""

    async def list_fallen(self, callers: Sequence[Caller]) -> list[Caller]:
        """Those whose token or credential was revoked, or who were disabled; in one query, whatever their number."""


class Bell(Protocol):
    """Tells every process, this one at once. Never waits, never fails: what is lost is caught up from the store."""

    def ring_event(self, event: Event) -> None: ...

    def ring_read(self, mark: ReadMark) -> None: ...

    def ring_typing(self, lease: TypingLease) -> None: ...


class Limits(Protocol):
    """Shared rate limits."""

    async def take(self, key: str, per_minute: float, burst: int) -> float:
        """0 when admitted; else the seconds to wait. Without Redis each process counts for itself."""


class Clock(Protocol):
    """The time, handed in so that tests can hold it."""

    def now(self) -> datetime:
        """The time now, UTC."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything outside, in one bundle, made once by `hub.app`."""

    events: EventStore
    chats: ChatStore
    profiles: ProfileStore
    identities: IdentityStore
    credentials: CredentialStore
    standing: StandingStore
    attachments: AttachmentStore
    blobs: BlobStore
    availability: AvailabilityStore
    presence: PresenceStore
    workdays: WorkdayStore
    waiting: WaitingStore
    routing: RoutingStore
    finding: FindingStore
    colleagues: ColleagueStore
    visits: VisitStore
    bell: Bell
    limits: Limits
    clock: Clock
    desk: Desk
    outbound: Outbound


@dataclass(frozen=True, slots=True)
class Secret:
    """A fresh secret. `text` is shown once and never stored; `hash` is what is kept of it."""

    text: str
    public_id: str
    hash: str


KeyKind = Literal[
    "api_key", "session", "page_session", "superoffice_ticket"
]  # Those whose text carries its own public id.

# By it a page's token tells at once whether it is an agent's or a visitor's.
PAGE_SESSION_PREFIX = "hp_"

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Passwords(Protocol):
    """Passwords that people chose: slow to hash on purpose."""

    async def hash_password(self, password: str) -> str:
        """What is kept of it."""

    async def require_password(self, password: str, stored: str | None) -> None:
        """Nothing, or NotSignedIn. Costs the same when nothing is stored (None)."""


class Keys(Protocol):
    """Random secrets: too long to guess, so a fast hash is enough."""

    def issue_key(self, kind: KeyKind) -> Secret:
        """A secret whose text carries its public id."""

    def parse_key(self, kind: KeyKind, text: str) -> str:
        """The public id in a key's text; NotSignedIn when it cannot be one of this kind."""

    def issue_secret(self, public_id: str) -> Secret:
        """A secret that belongs to a public id sent beside it."""

    def require_secret(self, text: str, stored: str | None) -> None:
        """Nothing, or NotSignedIn; takes the same time wherever the two differ."""

    def random_text(self, chars: int, alphabet: str = BASE62) -> str:
        """So many characters, each drawn at random."""


class Seals(Protocol):
    """Secrets that must be used, not only compared, at rest."""

    def seal(self, secret: bytes, tenant_id: int, kind: CredentialKind, public_id: str) -> bytes:
        """The secret as it may be stored; it opens in the same place only."""

    def unseal(self, sealed: bytes, tenant_id: int, kind: CredentialKind, public_id: str) -> bytes:
        """The secret again."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the actions on agents and tenants need of `hub.auth`, made once by `hub.app`."""

    passwords: Passwords
    keys: Keys
    seals: Seals
