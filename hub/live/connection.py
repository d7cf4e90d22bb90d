"""One live line as the room sees it: its outbox, its signs of life, and how it is ended."""

import secrets
from typing import Literal

from hub.live.frames import Codec, Map, Outgoing, bye_frame
from hub.live.outbox import Close, Outbox

BAD_FRAMES = 4000
TOKEN_INVALID = 4001
FORBIDDEN = 4003
TOO_SLOW = 4008
TOO_MANY = 4029
WRONG_VERSION = 4090
RESTART = 1012
ELSEWHERE = 1013


class Connection:
    """A line of either kind. Everything that goes out passes here."""

    def __init__(self, codec: Codec, now_s: float) -> None:
        self.id = f"c-{secrets.token_hex(5)}"
        self.codec = codec
        self.outbox = Outbox()
        self.heard_at_s = now_s
        self.pinged_at_s = now_s
        self.has_news = False  # Whether anything was sent that is worth answering a waiting heartbeat for.
        self.ending: str | None = None  # Why the hub ended it, once it did.

    def send(self, frame: Map, *, is_news: bool = True) -> None:
        """An answer, a page, or anything else this line alone is told."""
        self.has_news = self.has_news or is_news
        self.outbox.offer_answer(self.codec.render(frame))

    def offer_event(self, frame: Outgoing) -> None:
        """A durable frame that others get too."""
        self.has_news = True
        self.outbox.offer_event(frame.render(self.codec))

    def offer_ephemeral(self, frame: Outgoing) -> None:
        """A frame that may be lost."""
        self.has_news = True
        self.outbox.offer_ephemeral(frame.render(self.codec))

    def end(self, code: int, reason: str, retry: Literal["now", "after", "never"], after_ms: int = 0) -> None:
        """Says `bye` and closes, after what is already on its way."""
        if self.ending is None:
            self.ending = reason
            self.send(bye_frame(reason, retry, after_ms))
            self.outbox.close(Close(code, reason))
