"""What actions need from outside, in memory: they behave as the stores promise, without a store."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from hub.actions.desk_ports import Desk
from hub.actions.hours_ports import Facts
from hub.actions.ports import (
    Bell,
    ChatStore,
    ChatToTake,
    Credential,
    CredentialKind,
    DecideProfiles,
    EventStore,
    IdClaims,
    Identified,
    Identity,
    Limits,
    Ports,
    Seat,
)
from hub.actions.routing_ports import RoutingStore
from hub.actions.waiting_ports import WaitingStore
from hub.domain.availability import PresentAgent, entrance_from_profile
from hub.domain.errors import BadRequest, IdentityRefused, StorageUnavailable
from hub.domain.profile import Access, Flow, Look, Profile
from hub.domain.rate import Bucket
from hub.domain.readiness import Readiness
from hub.domain.workday import Workday
from tests.doubles.memory_attachments import MemoryAttachments, MemoryBlobs
from tests.doubles.memory_visits import MemoryVisits
from tests.doubles.nobody import (
    NO_DESK,
    NO_OUTBOUND,
    NobodyHasFallen,
    NobodyRoutes,
    NobodyWaits,
    NoChats,
    NoColleagues,
    NoEvents,
    NothingToFind,
    NoWorkdays,
    SilentBell,
)

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class HeldClock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def move(self, by: timedelta) -> None:
        self.at += by


class MemoryLimits:
    """Counts as the real limits do, by the held clock."""

    def __init__(self, clock: HeldClock) -> None:
        self._clock = clock
        self._buckets: dict[str, Bucket] = {}

    async def take(self, key: str, per_minute: float, burst: int) -> float:
        bucket = self._buckets.setdefault(key, Bucket(per_minute / 60, burst))
        return bucket.take(self._clock.now().timestamp())


class OpenLimits:
    """Admits everything."""

    async def take(self, key: str, per_minute: float, burst: int) -> float:
        return 0.0


@dataclass
class MemoryAgent:
    """An agent's identity row."""

    tenant_id: int
    id: int
    name: str
    email: str
    is_admin: bool = False


class MemoryIdentities:
    """Tenants, agents and visitors."""

    def __init__(self) -> None:
        self.tenants: dict[int, str] = {}
        self.epochs: dict[int, str] = {}
        self.agents: dict[int, MemoryAgent] = {}
        self.visitors: dict[tuple[int, UUID], Identity] = {}
        self.readiness: dict[tuple[int, int], Readiness] = {}  # What agents have said of themselves.
        self._ids = count(1)

    async def count_tenants(self) -> int:
        return len(self.tenants)

    async def create_tenant(self, name: str, epoch: str) -> int:
        tenant_id = next(self._ids)
        self.tenants[tenant_id], self.epochs[tenant_id] = name, epoch
        return tenant_id

    async def find_seat(self, tenant_id: int, agent_id: int) -> Seat | None:
        epoch = self.epochs.get(tenant_id)
        return None if epoch is None else Seat(epoch, self.readiness.get((tenant_id, agent_id), Readiness()))

    async def find_visitor(self, tenant_id: int, uuid: UUID) -> Identity | None:
        return self.visitors.get((tenant_id, uuid))

    async def identify_visitor(
        self, profile: Profile, claims: IdClaims, presenter: UUID | None, chat: ChatToTake | None
    ) -> Identified:
        uuid = uuid5(NAMESPACE_URL, f"{profile.tenant_id}/{claims.subject}")
        fresh = Identity(profile.tenant_id, next(self._ids), uuid, claims.name or "User", 0, is_proven=True)
        return Identified(self.visitors.setdefault((profile.tenant_id, uuid), fresh), None)

    async def identify_agent(self, profile: Profile, claims: IdClaims) -> int:
        for agent_id, agent in self.agents.items():
            if agent.tenant_id == profile.tenant_id and agent.email == claims.email:
                return agent_id
        raise IdentityRefused

    async def raise_token_epoch(self, tenant_id: int, identity_id: int) -> None:
        for key, known in self.visitors.items():
            if (known.tenant_id, known.id) == (tenant_id, identity_id):
                self.visitors[key] = replace(known, token_epoch=known.token_epoch + 1)

    async def create_agent(self, tenant_id: int, name: str, email: str, *, is_admin: bool = False) -> int:
        if any(agent.tenant_id == tenant_id and agent.email == email for agent in self.agents.values()):
            raise BadRequest(f"There is an agent with the e-mail {email} already.", field="email")
        agent_id = next(self._ids)
        self.agents[agent_id] = MemoryAgent(tenant_id, agent_id, name, email, is_admin)
        return agent_id


class MemoryProfiles:
    """Profiles."""

    def __init__(self, profiles: Iterable[Profile] = ()) -> None:
        self.profiles = {profile.id: profile for profile in profiles}

    async def find_profile(self, profile_id: int) -> Profile | None:
        return self.profiles.get(profile_id)

    async def list_enforced_access(self, tenant_id: int) -> list[tuple[int, Access]]:
        return [
            (profile.id, profile.rules.access)
            for profile in self.profiles.values()
            if profile.tenant_id == tenant_id and profile.rules.access.is_enforced
        ]

    async def create_profile(
        self, tenant_id: int, name: str, key: str, origins: Sequence[str], look: Look
    ) -> Profile:
        profile_id = len(self.profiles) + 1
        profile = Profile(tenant_id, profile_id, uuid4(), key, name, tuple(origins), "epoch", look)
        self.profiles[profile_id] = profile
        return profile

    async def find_deleted_profile(self, profile_id: int) -> Profile | None:
        return None

    async def find_own_profile(self, tenant_id: int, profile_id: int) -> Profile | None:
        profile = self.profiles.get(profile_id)
        return None if profile is None or profile.tenant_id != tenant_id else _with_flow(profile)

    async def list_profiles(self, tenant_id: int) -> list[Profile]:
        return [profile for profile in self.profiles.values() if profile.tenant_id == tenant_id]

    async def write_profiles(
        self, tenant_id: int, ids: Sequence[int], decide: DecideProfiles
    ) -> list[Profile]:
        own = await self.list_profiles(tenant_id)
        present = {profile.id: _with_flow(profile) for profile in own if profile.id in ids}
        free = count(max(self.profiles, default=0) + 1)
        written = [
            profile if profile.id else replace(profile, id=next(free), epoch="epoch")
            for profile in decide(present)
        ]
        self.profiles |= {profile.id: profile for profile in written}
        return written

    async def delete_profile(self, tenant_id: int, profile_id: int) -> bool:
        found = await self.find_own_profile(tenant_id, profile_id)
        return found is not None and self.profiles.pop(profile_id) is not None

    async def list_versions(self, tenant_ids: Iterable[int]) -> dict[tuple[int, int], str]:
        named = set(tenant_ids)
        return {
            (profile.tenant_id, profile.id): str(hash(repr(profile)))
            for profile in self.profiles.values()
            if profile.tenant_id in named
        }

    async def list_current(self, keys: Iterable[tuple[int, int]]) -> list[Profile]:
        found = (await self.find_own_profile(tenant_id, profile_id) for tenant_id, profile_id in keys)
        return [profile async for profile in found if profile is not None]


def _with_flow(profile: Profile) -> Profile:
    return replace(profile, flow=profile.flow or Flow())


@dataclass
class CredentialRow:
    """One row of the credentials table."""

    tenant_id: int
    id: int
    kind: CredentialKind
    public_id: str
    hash: str | None
    sealed: bytes | None
    principal_id: int | None
    profile_id: int | None
    scopes: tuple[str, ...]
    expires_at: datetime | None
    uses: int = 0
    revoked: bool = False


@dataclass
class MemoryCredentials:
    """The credentials table."""

    clock: HeldClock
    identities: MemoryIdentities
    rows: list[CredentialRow] = field(default_factory=list)

    async def find_credentials(self, kind: CredentialKind, public_id: str) -> list[Credential]:
        return [
            self._credential_from_row(row)
            for row in self.rows
            if (row.kind, row.public_id) == (kind, public_id)
            and not row.revoked
            and not self._is_expired(row)
        ]

    async def find_credential_by_id(self, tenant_id: int, credential_id: int) -> Credential | None:
        for row in self.rows:
            if (
                (row.tenant_id, row.id) == (tenant_id, credential_id)
                and not row.revoked
                and not self._is_expired(row)
            ):
                return self._credential_from_row(row)
        return None

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
        assert (hash is None) != (sealed is None), (
            "Postgres holds a hash or a sealed secret, never both or none."
        )
        credential_id = len(self.rows) + 1
        self.rows.append(
            CredentialRow(
                tenant_id,
                credential_id,
                kind,
                public_id,
                hash,
                sealed,
                principal_id,
                profile_id,
                tuple(scopes),
                expires_at,
            )
        )
        return credential_id

    async def touch_credential(self, tenant_id: int, credential_id: int) -> None:
        self._get_row(tenant_id, credential_id).uses += 1

    async def revoke_credential(self, tenant_id: int, credential_id: int) -> None:
        self._get_row(tenant_id, credential_id).revoked = True

    def list_kind(self, kind: CredentialKind) -> list[CredentialRow]:
        """All rows of a kind, in the order they were added."""
        return [row for row in self.rows if row.kind == kind]

    def _get_row(self, tenant_id: int, credential_id: int) -> CredentialRow:
        return next(row for row in self.rows if (row.tenant_id, row.id) == (tenant_id, credential_id))

    def _is_expired(self, row: CredentialRow) -> bool:
        return row.expires_at is not None and row.expires_at <= self.clock.now()

    def _credential_from_row(self, row: CredentialRow) -> Credential:
        agent = self.identities.agents.get(row.principal_id or 0)
        return Credential(
            row.tenant_id,
            row.id,
            row.hash,
            row.sealed,
            row.principal_id,
            row.profile_id,
            row.scopes,
            row.expires_at,
            agent.name if agent else None,
            agent.email if agent else None,
            "agent" if agent else None,
            agent.is_admin if agent else False,
        )


class MemoryAvailability:
    """Facts that a test makes; `is_away` as when the store is out of reach."""

    def __init__(self, profiles: MemoryProfiles, identities: MemoryIdentities) -> None:
        self._profiles = profiles
        self._identities = identities
        self.workdays: dict[int, Workday] = {}
        self.agents: list[PresentAgent] = []
        self.waiting: dict[int, int] = {}
        self.is_away = False

    async def find_facts(self, tenant_id: int) -> Facts:
        return (await self.read_facts([tenant_id]))[tenant_id]

    async def read_facts(self, tenant_ids: Iterable[int]) -> dict[int, Facts]:
        if self.is_away:
            raise StorageUnavailable
        return {tenant_id: self._facts(tenant_id) for tenant_id in tenant_ids}

    def forget_facts(self, tenant_id: int) -> None: ...

    async def set_readiness(self, tenant_id: int, agent_id: int, readiness: Readiness) -> None:
        self._identities.readiness[tenant_id, agent_id] = readiness

    def _facts(self, tenant_id: int) -> Facts:
        return Facts(
            entrances={
                profile.id: entrance_from_profile(profile)
                for profile in self._profiles.profiles.values()
                if profile.tenant_id == tenant_id
            },
            workdays=dict(self.workdays),
            agents=tuple(
                self._with_readiness(agent) for agent in self.agents if agent.caller.tenant_id == tenant_id
            ),
            waiting=dict(self.waiting),
        )

    def _with_readiness(self, agent: PresentAgent) -> PresentAgent:
        said = self._identities.readiness.get((agent.caller.tenant_id, agent.caller.id), Readiness())
        return replace(
            agent,
            is_accepting=said.is_accepting,
            is_invisible=said.status == "invisible",
            away_reason=said.reason,
        )


class MemoryPresence:
    """Remembers what was written, statement by statement."""

    def __init__(self) -> None:
        self.written: list[list[tuple[int, int, float]]] = []
        self.is_away = False
        self.meanwhile: Callable[[], None] = lambda: None  # What happens while it writes.

    async def renew_presence(self, leases: Sequence[tuple[int, int, float]]) -> None:
        if self.is_away:
            raise StorageUnavailable
        self.meanwhile()
        self.written.append(sorted(leases))


class Memory:
    """The whole outside in memory; `ports` is what actions get, the rest is for looking and turning."""

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        events: EventStore | None = None,
        chats: ChatStore | None = None,
        bell: Bell | None = None,
        waiting: WaitingStore | None = None,
        routing: RoutingStore | None = None,
        desk: Desk = NO_DESK,
    ) -> None:
        self.clock = HeldClock()
        self.identities = MemoryIdentities()
        self.profiles = MemoryProfiles()
        self.credentials = MemoryCredentials(self.clock, self.identities)
        self.attachments = MemoryAttachments()
        self.blobs = MemoryBlobs()
        self.availability = MemoryAvailability(self.profiles, self.identities)
        self.presence = MemoryPresence()
        self.visits = MemoryVisits(self.clock)
        self.ports = Ports(
            events=events or NoEvents(),
            chats=chats or NoChats(),
            profiles=self.profiles,
            identities=self.identities,
            credentials=self.credentials,
            bell=bell or SilentBell(),
            standing=NobodyHasFallen(),
            attachments=self.attachments,
            blobs=self.blobs,
            availability=self.availability,
            presence=self.presence,
            workdays=NoWorkdays(),
            waiting=waiting or NobodyWaits(),
            routing=routing or NobodyRoutes(),
            finding=NothingToFind(),
            colleagues=NoColleagues(),
            visits=self.visits,
            limits=limits or MemoryLimits(self.clock),
            clock=self.clock,
            desk=desk,
            outbound=NO_OUTBOUND,
        )
