"""What visitors can say about a chat as a whole: how good it was."""

from hub.actions.messages import find_said_before, refusal_from_reason, repeat_of
from hub.actions.ports import Ports
from hub.actions.visitors import find_entrance
from hub.domain.chat import Chat, States, require_may_see
from hub.domain.errors import ChatNotFound, Forbidden, ProfileNotFound, RatingOff
from hub.domain.event import Append, Appended, AppendRefused, Guard
from hub.domain.identity import VisitorCaller
from hub.domain.rating import data_from_rating


async def rate_chat(
    ports: Ports, visitor: VisitorCaller, chat_id: int, score: int, comment: str | None, cid: str
) -> Appended:
    """The `chat_rated` event; the newest one counts. Safe to repeat with the same cid. An ended chat stays ended.

    Raises ChatNotFound (also somebody else's), RatingOff, Forbidden (no agent has come yet), ProfileNotFound, BadRequest and
    the text errors for what is no rating, CidReused, StorageUnavailable.
    """
    data = data_from_rating(score, comment)
    if visitor.id is None:
        raise ChatNotFound
    chat = require_may_see(visitor, await ports.chats.find_chat(visitor.tenant_id, chat_id))
    item = Append(
        visitor.tenant_id,
        chat.id,
        "public",
        "chat_rated",
        "visitor",
        visitor.id,
        cid,
        data=data,
        guard=Guard(states=States.ACTIVE | States.ENDED, participant_id=visitor.id),
    )
    said = await find_said_before(ports, visitor, chat.id, cid)
    if said is not None:
        return repeat_of(said, item)
    await _require_wanted(ports, chat)
    try:
        appended = await ports.events.append(item)
    except AppendRefused as refused:
        if refused.reason == "state":
            raise Forbidden("A chat is rated once an agent has come, or after its end.") from refused
        raise refusal_from_reason(refused, visitor) from refused
    ports.bell.ring_event(appended.event)
    return appended


async def _require_wanted(ports: Ports, chat: Chat) -> None:
    """Returns when visitors of the chat's profile are asked for a rating, as the profile is now."""
    profile = await find_entrance(ports, chat.profile_id or 0)
    if profile is None:
        raise ProfileNotFound
    if not profile.feedback.is_enabled:
        raise RatingOff
