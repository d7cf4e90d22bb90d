"""Our words to Halo's: the only place of the hub that knows Halo's field names."""

from typing import Any

from hub.domain.profile import Profile


def chat_profile_from_profile(profile: Profile, is_available: bool | None) -> dict[str, Any]:
    """A Halo ChatProfile with what a page needs to draw the widget, and nothing an operator would not publish.

    `_chat_available` is there only when asked for; None: it was not.
    """
    look = profile.look
    chat_profile: dict[str, Any] = {
        "id": profile.id,
        "name": profile.name,
        "greeting": look.greeting,
        "colour": look.colour,
        "theme": look.theme,
        "icon": look.icon,
        "bot_name": look.bot_name,
        "_chat_mode": profile.mode,
    }
    if is_available is not None:
        chat_profile["_chat_available"] = is_available
    return chat_profile
