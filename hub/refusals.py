"""What a refusal is over HTTP, in whatever form an edge tells it: its status, and when to try again."""

import math

from hub.domain.errors import HubError

STATUS = {
    "address_refused": 400,
    "bad_request": 400,
    "text_empty": 400,
    "text_invalid": 400,
    "text_too_long": 400,
    "unauthenticated": 401,
    "identity_refused": 401,
    "forbidden": 403,
    "identity_required": 403,
    "not_participant": 403,
    "rating_off": 403,
    "chat_not_found": 404,
    "not_found": 404,
    "profile_not_found": 404,
    "unknown_op": 404,
    "method_not_allowed": 405,
    "already_identified": 409,
    "already_invited": 409,
    "already_taken": 409,
    "answered_meanwhile": 409,
    "chat_ended": 409,
    "cid_reused": 409,
    "conflict": 409,
    "held_out": 409,
    "in_chat": 409,
    "invitation_gone": 409,
    "nobody_there": 409,
    "not_available": 409,
    "nothing_waits": 409,
    "offer_gone": 409,
    "other_chat_open": 409,
    "visit_gone": 409,
    "body_too_large": 413,
    "wrong_media_type": 415,
    "range_not_satisfiable": 416,
    "too_many": 429,
    "internal": 500,
    "storage_unavailable": 503,
    "visits_unavailable": 503,
    "storage_full": 507,
}


def retry_after(error: HubError) -> dict[str, str]:
    """The header with whole seconds, at least one and never too early; none when trying again makes no sense."""
    if error.retry != "after":
        return {}
    return {"Retry-After": str(max(1, math.ceil((error.after_ms or 0) / 1000)))}
