"""Programs that act for an agent: how they sign in, and how they are recognised. Counterpart: the dialects' token endpoints."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from hub.actions.agents import agent_from_credential, require_sign_in
from hub.actions.ports import Credential, Ports, Secrets
from hub.domain.errors import NotSignedIn
from hub.domain.identity import AgentCaller

ALL_SCOPES = "all"
STANDARD_SCOPES = "all:standard"  # Everything but administration.
# By their names in the dialects' documentation: `edit:x` implies `read:x`.
SCOPES = frozenset(
    {ALL_SCOPES, STANDARD_SCOPES, "admin", "access:chat"}
    | {f"{right}:{what}" for right in ("read", "edit") for what in ("tickets", "customers", "kb")}
)


class Grant(Protocol):
    """What a token stands for."""

    @property
    def tenant_id(self) -> int: ...

    @property
    def credential_id(self) -> int: ...

    @property
    def scopes(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Application:
    """A program that may act as the agent, within its scopes; `credential_id` is what its tokens are issued for."""

    agent: AgentCaller
    credential_id: int
    scopes: frozenset[str]


class ScopeRefused(Exception):
    """A client asks for a scope there is not, or that its credential does not hold."""


async def sign_in_client(
    ports: Ports, secrets: Secrets, client_id: str, client_secret: str, scopes: Sequence[str]
) -> Application:
    """The program with these client credentials. Raises NotSignedIn, ScopeRefused."""
    found = await ports.credentials.find_credentials("oauth_client", client_id)
    credential = found[0] if found else None
    secrets.keys.require_secret(client_secret, credential.hash if credential else None)
    if credential is None:
        raise NotSignedIn
    return _application_from_credential(credential, scopes)


async def sign_in_as_agent(
    ports: Ports, secrets: Secrets, email: str, password: str, address: str, scopes: Sequence[str]
) -> Application:
    """A program that an agent has given their password. Raises NotSignedIn, TooMany, ScopeRefused."""
    credential = await require_sign_in(ports, secrets, email, password, address)
    return _application_from_credential(credential, scopes)


async def get_application(ports: Ports, grant: Grant) -> Application:
    """The program a token stands for, as long as the credential behind it is in force. Raises NotSignedIn, ScopeRefused."""
    credential = await ports.credentials.find_credential_by_id(grant.tenant_id, grant.credential_id)
    if credential is None:
        raise NotSignedIn
    return _application_from_credential(credential, grant.scopes)


def holds_scope(scopes: frozenset[str], wanted: str) -> bool:
    """Whether a program with these scopes may do what needs `wanted`."""
    right, _, what = wanted.partition(":")
    implied = {ALL_SCOPES, wanted, *(() if wanted == "admin" else (STANDARD_SCOPES,))}
    return bool(implied & scopes) or (right == "read" and f"edit:{what}" in scopes)


def _application_from_credential(credential: Credential, asked: Sequence[str]) -> Application:
    # A password stands for the agent, and so for everything the agent may.
    held = frozenset(credential.scopes) or frozenset({ALL_SCOPES})
    # Clients that know nothing of scopes ask for all there are, and mean all they are given.
    scopes = held if not asked or ALL_SCOPES in asked else frozenset(asked)
    if unknown := scopes - SCOPES:
        raise ScopeRefused(f"There is no scope “{min(unknown)[:40]}”.")
    if not all(holds_scope(held, scope) for scope in scopes):
        raise ScopeRefused("The client does not hold one of these scopes.")
    return Application(agent_from_credential(credential), credential.id, scopes)
