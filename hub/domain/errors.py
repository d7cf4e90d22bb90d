"""Every refusal the hub can utter, as one tree with stable codes. Each edge renders it in its own form."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from hub.domain.event import Event

Retry = Literal["never", "now", "after"]


class HubError(Exception):
    """The hub could not do this.

    The docstring of a subclass is its sentence for people; `code` is for programs and never changes.
    """

    code: ClassVar[str] = "internal"
    retry: ClassVar[Retry] = "never"

    def __init__(
        self,
        message: str | None = None,
        *,
        field: str | None = None,
        after_ms: int | None = None,
    ) -> None:
        super().__init__(message or (type(self).__doc__ or "").partition("\n")[0])
        self.field = field
        self.after_ms = after_ms


class InternalError(HubError):
    """Something went wrong in the hub; it has been logged."""

    code = "internal"
    retry = "after"


class BadRequest(HubError):
    """The request is not valid."""

    code = "bad_request"


class AddressRefused(HubError):
    """This address is not called from here."""

    code = "address_refused"


class BodyTooLarge(HubError):
    """The body is too large."""

    code = "body_too_large"


class WrongMediaType(HubError):
    """The body is not of a type that is read here."""

    code = "wrong_media_type"


class RangeNotSatisfiable(HubError):
    """The file has no such range of bytes, or several were asked for at once."""

    code = "range_not_satisfiable"


class MethodNotAllowed(HubError):
    """This address does not take that method."""

    code = "method_not_allowed"


class UnknownOperation(HubError):
    """There is no such operation here."""

    code = "unknown_op"


class NotSignedIn(HubError):
    """The credentials are missing, wrong or no longer valid."""

    code = "unauthenticated"


class Forbidden(HubError):
    """This is not allowed here."""

    code = "forbidden"


class IdentityRequired(HubError):
    """This chat is for visitors whose page has proved who they are."""

    code = "identity_required"


class IdentityRefused(HubError):
    """The proof of who the visitor is was not accepted."""

    code = "identity_refused"


class AlreadyIdentified(HubError):
    """The hub knows already who this visitor is."""

    code = "already_identified"


class OtherChatOpen(HubError):
    """This person has another open chat here."""

    code = "other_chat_open"


class ProfileNotFound(HubError):
    """There is no such chat profile, or the key is not its key."""

    code = "profile_not_found"


class NotFound(HubError):
    """There is nothing of that kind with this id."""

    code = "not_found"


class ChatNotFound(HubError):
    """There is no such chat."""

    code = "chat_not_found"


class ChatEnded(HubError):
    """The chat has ended."""

    code = "chat_ended"


class NotAvailable(HubError):
    """No new chat can be begun here at the moment."""

    code = "not_available"


class RatingOff(HubError):
    """Chats are not rated here."""

    code = "rating_off"


class AlreadyTaken(HubError):
    """Another agent has taken this chat."""

    code = "already_taken"


class HeldOut(HubError):
    """This chat is just being offered to somebody else."""

    code = "held_out"


class OfferGone(HubError):
    """This offer no longer stands."""

    code = "offer_gone"


class NobodyThere(HubError):
    """Nobody who could take this chat is there now."""

    code = "nobody_there"


class NothingWaits(HubError):
    """No chat waits that you may take."""

    code = "nothing_waits"


class NotParticipant(HubError):
    """Accept or join the chat first."""

    code = "not_participant"


class AnsweredMeanwhile(HubError):
    """Somebody else answered while this was being written."""

    code = "answered_meanwhile"

    def __init__(self, events: Sequence[Event] = ()) -> None:
        super().__init__()
        self.events = tuple(events)


class Conflict(HubError):
    """This does not fit what is there already."""

    code = "conflict"


class CidReused(HubError):
    """The same client id came before with another body."""

    code = "cid_reused"


class VisitGone(HubError):
    """This visitor is not on the site any more."""

    code = "visit_gone"


class InChat(HubError):
    """This visitor is in a chat already."""

    code = "in_chat"


class AlreadyInvited(HubError):
    """Somebody else has invited this visitor."""

    code = "already_invited"


class InvitationGone(HubError):
    """This invitation no longer stands."""

    code = "invitation_gone"


class VisitsUnavailable(HubError):
    """Who is on the site cannot be told just now."""

    code = "visits_unavailable"
    retry = "after"


class TextEmpty(HubError):
    """The text is empty."""

    code = "text_empty"


class TextTooLong(HubError):
    """The text is too long."""

    code = "text_too_long"


class TextInvalid(HubError):
    """The text holds characters that cannot be stored."""

    code = "text_invalid"


class TooMany(HubError):
    """Too many requests; wait a moment."""

    code = "too_many"
    retry = "after"


class StorageUnavailable(HubError):
    """This could not be stored just now; nothing was acknowledged."""

    code = "storage_unavailable"
    retry = "after"


class StorageFull(StorageUnavailable):
    """There is no room left to store this just now; nothing was kept."""

    code = "storage_full"
