"""Agents on pages of the tenant's own: an entrance for agents lets in whom its page proves to be one. Counterparts: `hub.live.party`, the Halo dialect.

What such a page gets is a session for this entrance alone. It ends by itself, with the entrance, and whenever a session of the console would.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from hub.actions.agents import SignedIn, agent_from_credential, get_key_credential
from hub.actions.ports import Keys, Ports
from hub.actions.visitors import IdTokens
from hub.domain.errors import ChatNotFound, IdentityRefused, NotSignedIn
from hub.domain.identity import AgentCaller, Caller
from hub.domain.profile import Profile, admits_agents

# Long enough for a page that stays open; after that the page proves once more who sits before it.
SESSION_LIFE: Final = timedelta(hours=4)


async def sign_in_on_page(
    ports: Ports, keys: Keys, id_tokens: IdTokens, profile: Profile, id_token: str
) -> SignedIn:
    """A new session for the agent an id token names by a verified e-mail.

    Raises IdentityRefused, in the same words for a token that is not good and for a person who is no agent in force here.
    """
    if not admits_agents(profile):
        raise IdentityRefused
    now = ports.clock.now()
    secrets = await ports.credentials.find_credentials("identity_secret", str(profile.id))
    claims = id_tokens.read_id_token(id_token, profile, secrets, now)
    agent_id = await ports.identities.identify_agent(profile, claims)
    session = keys.issue_key("page_session")
    await ports.credentials.add_credential(
        profile.tenant_id,
        "page_session",
        session.public_id,
        hash=session.hash,
        principal_id=agent_id,
        profile_id=profile.id,
        expires_at=now + SESSION_LIFE,
    )
    try:
        agent, _ = await get_page_caller(ports, keys, session.text)
    except NotSignedIn:  # Disabled just now.
        raise IdentityRefused from None
    return SignedIn(session.text, agent)


async def get_page_caller(ports: Ports, keys: Keys, session_id: str) -> tuple[AgentCaller, Profile]:
    """The agent whose session this is, with the rights of a page, and the entrance it is for. Raises NotSignedIn."""
    credential = await get_key_credential(ports, keys, "page_session", session_id)
    profile = (
        None if credential.profile_id is None else await ports.profiles.find_profile(credential.profile_id)
    )
    if profile is None or profile.tenant_id != credential.tenant_id or not admits_agents(profile):
        raise NotSignedIn
    # Pages are in other hands than the console: administration stays behind its password.
    agent = replace(agent_from_credential(credential), is_admin=False, page_profile_id=profile.id)
    return agent, profile


async def require_not_among_colleagues(ports: Ports, caller: Caller, chat_id: int) -> None:
    """Returns unless an agent on a page means a chat among agents: there these are as absent as others' (ChatNotFound)."""
    if isinstance(caller, AgentCaller) and caller.is_on_page:
        chat = await ports.chats.find_chat(caller.tenant_id, chat_id)
        if chat is not None and chat.kind == "agents":
            raise ChatNotFound


async def leave_page(ports: Ports, agent: AgentCaller) -> None:
    """Ends the session of an agent's page, everywhere within 5 s. Nothing to do for other sessions."""
    if agent.page_profile_id is not None and agent.proof.credential_id is not None:
        await ports.credentials.revoke_credential(agent.tenant_id, agent.proof.credential_id)
