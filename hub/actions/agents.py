"""What is done by and for agents: sign in and out, be recognised, be added. Counterpart: `hub.pages.console`, `hub.live`."""

import math
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from hub.actions.ports import Credential, KeyKind, Keys, Passwords, Ports, Secrets
from hub.domain.errors import BadRequest, NotSignedIn, TextInvalid, TooMany
from hub.domain.identity import AgentCaller, Proof
from hub.domain.text import clean_name, require_storable

SESSION_LIFE = timedelta(hours=12)  # A working day with its breaks; the next one begins with a sign-in.
SIGN_INS_PER_MINUTE = 5  # For an account and for an address: enough for a person, too few for guessing.
MAX_EMAIL_CHARS = 254  # RFC 5321 section 4.5.3.1.3, without the brackets.
MIN_PASSWORD_CHARS, MAX_PASSWORD_CHARS = 12, 1_024
NOTED_USES_PER_MINUTE = (
    1  # "Last used" is for people; a busy program must not turn it into a write for each call.
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session. `session_id` is a secret: it goes into the agent's cookie and nowhere else."""

    session_id: str
    agent: AgentCaller


async def sign_in(ports: Ports, secrets: Secrets, email: str, password: str, address: str) -> SignedIn:
    """A new session for the agent with this e-mail and password.

    Raises NotSignedIn, the same for an unknown e-mail and a wrong password, and TooMany for an account or an address
    that tries too often, whether rightly or wrongly.
    """
    credential = await require_sign_in(ports, secrets, email, password, address)
    agent = agent_from_credential(credential)
    session = secrets.keys.issue_key("session")
    await ports.credentials.add_credential(
        agent.tenant_id,
        "session",
        session.public_id,
        hash=session.hash,
        principal_id=agent.id,
        expires_at=ports.clock.now() + SESSION_LIFE,
    )
    return SignedIn(session.text, agent)


async def require_sign_in(
    ports: Ports, secrets: Secrets, email: str, password: str, address: str
) -> Credential:
    """The password credential of the agent; its use is noted. Raises as `sign_in` does."""
    account = _account_from_email(email)
    for who in (
        f"address:{address}",
        f"account:{sha256(account.encode('utf-8', 'surrogatepass')).hexdigest()}",
    ):
        await _require_turn(ports, f"sign_in:{who}")
    candidates = (
        await ports.credentials.find_credentials("password", account) if _is_storable(account) else []
    )
    credential = await _require_one(secrets.passwords, candidates, password)
    await ports.credentials.touch_credential(credential.tenant_id, credential.id)
    return credential


async def sign_out(ports: Ports, keys: Keys, session_id: str) -> None:
    """Ends the session at once, everywhere. Nothing to do when it has ended already: safe to repeat."""
    try:
        credential = await get_key_credential(ports, keys, "session", session_id)
    except NotSignedIn:
        return
    await ports.credentials.revoke_credential(credential.tenant_id, credential.id)


async def get_session_caller(ports: Ports, keys: Keys, session_id: str) -> AgentCaller:
    """The agent whose session this is. Raises NotSignedIn."""
    return agent_from_credential(await get_key_credential(ports, keys, "session", session_id))


async def get_key_caller(ports: Ports, keys: Keys, api_key: str) -> AgentCaller:
    """The agent an API key acts for; notes its use, at most once a minute. Raises NotSignedIn."""
    credential = await get_key_credential(ports, keys, "api_key", api_key)
    agent = agent_from_credential(credential)
    if (
        await ports.limits.take(f"key_use:{credential.tenant_id}:{credential.id}", NOTED_USES_PER_MINUTE, 1)
        == 0
    ):
        await ports.credentials.touch_credential(credential.tenant_id, credential.id)
    return agent


async def add_agent(
    ports: Ports,
    secrets: Secrets,
    tenant_id: int,
    name: str,
    email: str,
    password: str,
    *,
    is_admin: bool = False,
) -> AgentCaller:
    """The new agent, who can sign in from now on. Raises BadRequest naming the field (also for an e-mail that is taken)."""
    shown = clean_name(name)
    if not shown:
        raise BadRequest("An agent needs a name.", field="name")
    account = account_from_new_email(email)
    password_hash = await hash_new_password(secrets.passwords, password)
    agent_id = await ports.identities.create_agent(tenant_id, shown, account, is_admin=is_admin)
    await ports.credentials.add_credential(
        tenant_id, "password", account, hash=password_hash, principal_id=agent_id
    )
    return AgentCaller(tenant_id, agent_id, shown, account, is_admin=is_admin)


async def _require_turn(ports: Ports, key: str) -> None:
    wait_s = await ports.limits.take(key, SIGN_INS_PER_MINUTE, SIGN_INS_PER_MINUTE)
    if wait_s > 0:
        raise TooMany("Too many sign-ins; wait a moment.", after_ms=math.ceil(wait_s * 1000))


async def _require_one(passwords: Passwords, candidates: list[Credential], password: str) -> Credential:
    """The first of the accounts with this e-mail, one a tenant, whose password it is. Raises NotSignedIn."""
    for candidate in sorted(candidates, key=lambda one: (one.tenant_id, one.id)):
        with suppress(NotSignedIn):
            await passwords.require_password(password, candidate.hash)
            return candidate
    if not candidates:
        with suppress(NotSignedIn):  # For the time it takes.
            await passwords.require_password(password, None)
    raise NotSignedIn("The e-mail or the password is not right.")


async def get_key_credential(ports: Ports, keys: Keys, kind: KeyKind, text: str) -> Credential:
    """The credential in force whose secret this is. Raises NotSignedIn."""
    found = await ports.credentials.find_credentials(kind, keys.parse_key(kind, text))
    credential = found[0] if found else None
    keys.require_secret(text, credential.hash if credential else None)
    if credential is None:
        raise NotSignedIn
    return credential


def agent_from_credential(credential: Credential) -> AgentCaller:
    """The agent a credential is for. Raises NotSignedIn when it is for nobody who is one."""
    if credential.principal_id is None or credential.principal_kind != "agent":
        raise NotSignedIn
    name, email = credential.principal_name or "", credential.principal_email or ""
    proof = Proof(credential.expires_at, credential_id=credential.id)
    return AgentCaller(
        credential.tenant_id,
        credential.principal_id,
        name,
        email,
        proof,
        credential.is_admin,
        credential.role_ids,
        credential.team_ids,
    )


def _account_from_email(email: str) -> str:
    return email.strip().lower()


def _is_storable(account: str) -> bool:
    """Whether an account of this name can exist; the database refuses to be asked about others."""
    try:
        require_storable(account, "email")
    except TextInvalid:
        return False
    return len(account) <= MAX_EMAIL_CHARS


async def hash_new_password(passwords: Passwords, password: str) -> str:
    """What is kept of a password somebody shall have. BadRequest when it is too short or too long."""
    if not MIN_PASSWORD_CHARS <= len(password) <= MAX_PASSWORD_CHARS:
        raise BadRequest(
            f"A password has {MIN_PASSWORD_CHARS} to {MAX_PASSWORD_CHARS:,} characters.", field="password"
        )
    return await passwords.hash_password(password)


def account_from_new_email(email: str) -> str:
    """The e-mail as agents sign in by it. BadRequest when it is none."""
    account = _account_from_email(email)
    mailbox, _, domain = account.rpartition("@")
    odd = any(character.isspace() or not character.isprintable() for character in account)
    if not mailbox or not domain or odd or len(account) > MAX_EMAIL_CHARS:
        raise BadRequest("That is not an e-mail address.", field="email")
    return account
