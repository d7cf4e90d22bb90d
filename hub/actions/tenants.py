"""Tenants with everything they need to begin: credentials for every dialect, or a demo. Counterpart: `hub.cli.main`."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit
from uuid import uuid4

from hub.actions.agents import add_agent
from hub.actions.ports import CredentialKind, Ports, Secrets
from hub.domain.errors import BadRequest, ProfileNotFound
from hub.domain.origin import LOOPBACK_HOSTS, require_origin_entry
from hub.domain.profile import Look, Profile

LOOPBACK = "loopback"
SMALL_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # Without those that are taken for one another.
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
HEX_DIGITS = "0123456789abcdef"
ALL_SCOPES = ("all",)

DEMO_NAME = "Marlow Cycles"
DEMO_EMAIL = "marta@demo.example"
DEMO_PROFILE_ID = 1  # The demo is made in an empty database, so its profile is the first one.


@dataclass(frozen=True, slots=True)
class BootstrapTenant:
    """The tenant that was made."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class BootstrapProfile:
    """Its entrance: `key` is public, `identity_secret` proves visitors (HS256)."""

    id: int
    key: str
    identity_secret: str


@dataclass(frozen=True, slots=True)
class BootstrapAgent:
    """One who can sign in to the console."""

    id: int
    email: str
    password: str
    name: str


@dataclass(frozen=True, slots=True)
class BootstrapHalo:
    """OAuth2 client credentials of the Halo dialect."""

    client_id: str
    client_secret: str


@dataclass(frozen=True, slots=True)
class BootstrapSuperOffice:
    """Both ways to sign in to the SuperOffice dialect; `topic_id` is the profile."""

    customer: str
    ticket: str
    username: str
    password: str
    topic_id: int


@dataclass(frozen=True, slots=True)
class BootstrapSlack:
    """What a Slack app of this tenant signs its requests with."""

    app_id: str
    signing_secret: str


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """A tenant's first credentials in the clear. They are kept nowhere in this form, so they can be shown once only."""

    base_url: str
    tenant: BootstrapTenant
    profile: BootstrapProfile
    agents: tuple[BootstrapAgent, ...]
    halo: BootstrapHalo
    api_key: str
    superoffice: BootstrapSuperOffice
    slack: BootstrapSlack


@dataclass(frozen=True, slots=True)
class DemoTenant:
    """The demo as it was made: who can sign in to the console."""

    profile_id: int
    email: str
    password: str


def render_bootstrap(bootstrap: Bootstrap) -> str:
    """The credentials as one JSON object, the form of `hub bootstrap --json`."""
    return json.dumps(asdict(bootstrap), ensure_ascii=False, indent=2)


async def bootstrap_tenant(
    ports: Ports, secrets: Secrets, base_url: str, allow_origins: Sequence[str] = (), name: str | None = None
) -> Bootstrap:
    """A new tenant with a credential of every kind, two agents, and a profile for loopback pages and the named origins.

    Raises BadRequest (field `allow_origin`) before anything is made. Not atomic: what an interruption leaves behind is
    a tenant nobody holds credentials for.
    """
    origins = _origin_entries(allow_origins)
    word = secrets.keys.random_text(
        8, SMALL_LETTERS
    )  # Keeps e-mails and customers of several bootstraps apart.
    tenant_name = name or f"Tenant {word}"
    tenant_id = await _create_tenant(ports, secrets, tenant_name)
    profile = await _create_profile(ports, secrets, tenant_id, tenant_name, origins)
    agents = (
        await _add_bootstrap_agent(
            ports, secrets, tenant_id, "Marta Lindqvist", f"marta@{word}.example", is_admin=True
        ),
        await _add_bootstrap_agent(ports, secrets, tenant_id, "Jonas Okafor", f"jonas@{word}.example"),
    )
    return Bootstrap(
        base_url=base_url,
        tenant=BootstrapTenant(tenant_id, tenant_name),
        profile=BootstrapProfile(
            profile.id, profile.key, await _add_identity_secret(ports, secrets, profile)
        ),
        agents=agents,
        halo=await _add_halo_client(ports, secrets, tenant_id, agents[0].id),
        api_key=await _add_api_key(ports, secrets, tenant_id, agents[0].id),
        superoffice=await _add_superoffice_access(ports, secrets, profile, agents[0], word),
        slack=await _add_slack_app(ports, secrets, profile),
    )


async def ensure_demo_tenant(ports: Ports, secrets: Secrets, base_url: str) -> DemoTenant | None:
    """The demo tenant with one agent, made now because the database is empty; None when it is not.

    Its profile admits pages of this machine and of the hub's own address. One process at a time may ask.
    """
    if await ports.identities.count_tenants() > 0:
        return None
    own = () if urlsplit(base_url).hostname in LOOPBACK_HOSTS else (base_url,)
    tenant_id = await _create_tenant(ports, secrets, DEMO_NAME)
    profile = await _create_profile(ports, secrets, tenant_id, DEMO_NAME, _origin_entries(own))
    password = "-".join(secrets.keys.random_text(4, SMALL_LETTERS) for _ in range(4))
    await add_agent(ports, secrets, tenant_id, "Marta Lindqvist", DEMO_EMAIL, password, is_admin=True)
    return DemoTenant(profile.id, DEMO_EMAIL, password)


async def find_demo_profile(ports: Ports) -> Profile | None:
    """The profile the demo page shows; None in a database that did not begin with the demo."""
    profile = await ports.profiles.find_profile(DEMO_PROFILE_ID)
    return profile if profile is not None and profile.name == DEMO_NAME else None


def _origin_entries(allow_origins: Sequence[str]) -> list[str]:
    try:
        named = [require_origin_entry(origin) for origin in allow_origins]
    except ValueError as error:
        raise BadRequest(str(error), field="allow_origin") from None
    return list(dict.fromkeys((LOOPBACK, *named)))


async def _create_tenant(ports: Ports, secrets: Secrets, name: str) -> int:
    return await ports.identities.create_tenant(name, epoch=secrets.keys.random_text(8))


async def _create_profile(
    ports: Ports, secrets: Secrets, tenant_id: int, name: str, origins: Sequence[str]
) -> Profile:
    key = secrets.keys.random_text(32)
    return await ports.profiles.create_profile(tenant_id, name, key, origins, Look())


async def _add_bootstrap_agent(
    ports: Ports, secrets: Secrets, tenant_id: int, name: str, email: str, *, is_admin: bool = False
) -> BootstrapAgent:
    password = secrets.keys.random_text(20)
    agent = await add_agent(ports, secrets, tenant_id, name, email, password, is_admin=is_admin)
    return BootstrapAgent(agent.id, email, password, name)


async def _add_halo_client(ports: Ports, secrets: Secrets, tenant_id: int, agent_id: int) -> BootstrapHalo:
    client = secrets.keys.issue_secret(str(uuid4()))
    await ports.credentials.add_credential(
        tenant_id,
        "oauth_client",
        client.public_id,
        hash=client.hash,
        principal_id=agent_id,
        scopes=ALL_SCOPES,
    )
    return BootstrapHalo(client.public_id, client.text)


async def _add_api_key(ports: Ports, secrets: Secrets, tenant_id: int, agent_id: int) -> str:
    key = secrets.keys.issue_key("api_key")
    await ports.credentials.add_credential(
        tenant_id, "api_key", key.public_id, hash=key.hash, principal_id=agent_id, scopes=ALL_SCOPES
    )
    return key.text


async def _add_superoffice_access(
    ports: Ports, secrets: Secrets, profile: Profile, agent: BootstrapAgent, word: str
) -> BootstrapSuperOffice:
    """A user name with a random password under a customer of its own, and a ticket that holds until it is revoked."""
    customer = f"Cust-{word}"
    login = secrets.keys.issue_secret(f"{customer}/{agent.email}".lower())  # Neither part minds its case.
    ticket = secrets.keys.issue_key("superoffice_ticket")
    kinds: tuple[CredentialKind, CredentialKind] = ("superoffice_login", "superoffice_ticket")
    for kind, secret in zip(kinds, (login, ticket), strict=True):
        await ports.credentials.add_credential(
            profile.tenant_id,
            kind,
            secret.public_id,
            hash=secret.hash,
            principal_id=agent.id,
            scopes=ALL_SCOPES,
        )
    return BootstrapSuperOffice(customer, ticket.text, agent.email, login.text, profile.id)


async def give_identity_secret(ports: Ports, secrets: Secrets, tenant_id: int, profile_id: int) -> str:
    """The new secret by which pages of the profile prove who is before them (HS256); it is shown this once.

    Raises ProfileNotFound, and BadRequest when the profile has one.
    """
    profile = await ports.profiles.find_own_profile(tenant_id, profile_id)
    if profile is None:
        raise ProfileNotFound
    if await ports.credentials.find_credentials("identity_secret", str(profile.id)):
        raise BadRequest("This profile has an identity secret already.", field="id")
    return await _add_identity_secret(ports, secrets, profile)


async def _add_identity_secret(ports: Ports, secrets: Secrets, profile: Profile) -> str:
    text = secrets.keys.random_text(43)  # HS256 wants at least 256 bits (RFC 7518 section 3.2).
    await _add_sealed(ports, secrets, profile, "identity_secret", str(profile.id), text)
    return text


async def _add_slack_app(ports: Ports, secrets: Secrets, profile: Profile) -> BootstrapSlack:
    """Ids and signing secrets have Slack's own forms: A and ten capitals or digits, 32 hex digits."""
    app_id = "A" + secrets.keys.random_text(10, CAPITALS)
    signing_secret = secrets.keys.random_text(32, HEX_DIGITS)
    await _add_sealed(ports, secrets, profile, "slack_app", app_id, signing_secret)
    return BootstrapSlack(app_id, signing_secret)


async def _add_sealed(
    ports: Ports, secrets: Secrets, profile: Profile, kind: CredentialKind, public_id: str, text: str
) -> None:
    sealed = secrets.seals.seal(text.encode(), profile.tenant_id, kind, public_id)
    await ports.credentials.add_credential(
        profile.tenant_id, kind, public_id, sealed=sealed, profile_id=profile.id
    )
