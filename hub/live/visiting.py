"""The pages of visitors who are only looking: each tells in beats that somebody is there, and hears of an invitation.

A beat waits at the hub for as long as its page allows, so that an invitation is there within a second or two.
"""

from typing import Annotated, Final

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hub.actions.visits import VisitBeat, note_visit
from hub.domain.chat import StartFacts
from hub.domain.errors import BadRequest, HubError, VisitsUnavailable
from hub.live.admission import Admission
from hub.live.arguments import MAX_INVITATION_KEY_CHARS
from hub.live.frames import JSON, VERSION, Map
from hub.live.party import PageEntrance
from hub.live.requests import allow_post, answer_headers, answer_refusal, find_bearer, read_body
from hub.live.room import Room
from hub.live.visit_maps import shown_invitation_map
from hub.live.visits import key_of
from hub.refusals import STATUS, retry_after

MAX_BODY_BYTES: Final = 8 * 1024
MAX_WAIT_MS: Final = 25_000  # Common proxies cut requests that are idle for 30 to 60 s.
COME_BACK_MS: Final = 30_000
AWAY_MS: Final = 10_000

InvitationKey = Annotated[str, msgspec.Meta(max_length=MAX_INVITATION_KEY_CHARS)]


class Beat(msgspec.Struct, frozen=True):
    """What one call brings. `knows` is the key of the invitation that the page shows already."""

    v: int
    key: str
    visit: Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_-]{16,64}\Z")]
    page_url: str | None = None
    page_title: str | None = None
    referrer: str | None = None
    language: str | None = None
    for_s: Annotated[float, msgspec.Meta(ge=0)] = 0
    pages: Annotated[int, msgspec.Meta(ge=1, lt=2**31)] = 1
    visible: bool = True
    knows: InvitationKey | None = None
    dismisses: InvitationKey | None = None
    wait_ms: Annotated[int, msgspec.Meta(ge=0, le=MAX_WAIT_MS)] = 0


def routes(room: Room, admission: Admission) -> list[BaseRoute]:
    """The entrance of pages that tell of a visit."""
    entrance = VisitDoor(room, admission)
    return [
        Route("/api/realtime/visit", entrance.take_beat, methods=["POST"]),
        Route("/api/realtime/visit", entrance.allow_beat, methods=["OPTIONS"]),
    ]


class VisitDoor:
    """Serves the beats of visits."""

    def __init__(self, room: Room, admission: Admission) -> None:
        self._room = room
        self._admission = admission

    async def allow_beat(self, request: Request) -> Response:
        """The answer to a browser that asks before it asks (CORS preflight)."""
        try:
            return allow_post(request, await self._admit(request))
        except HTTPException as refusal:
            return answer_refusal(request, refusal, None)

    async def take_beat(self, request: Request) -> Response:
        """One beat: the visit is kept, and the invitation that stands is told, or that none does."""
        entrance: PageEntrance | None = None
        try:
            entrance = await self._admit(request)
            beat = _parse_beat(request, await read_body(request, MAX_BODY_BYTES))
            told = await self._carry_out(entrance, beat, find_bearer(request))
        except HTTPException as refusal:
            return answer_refusal(request, refusal, entrance)
        headers = answer_headers(request, entrance)
        return Response(JSON.render(told), 200, headers, media_type="application/json")

    async def _admit(self, request: Request) -> PageEntrance:
        if "profile" not in request.query_params:
            raise HTTPException(404, "There is no such profile.")
        entrance = await self._admission.admit(request)
        assert isinstance(entrance, PageEntrance)
        return entrance

    async def _carry_out(self, entrance: PageEntrance, beat: Beat, token: str | None) -> Map:
        profile = entrance.profile
        try:
            visit_id = await note_visit(
                self._room.ports,
                self._room.tokens,
                profile,
                _visit_beat(beat, entrance, token),
                entrance.address,
            )
            outcome = await self._room.visiting.wait(
                (profile.tenant_id, visit_id), beat.knows, beat.wait_ms if beat.visible else 0
            )
        except VisitsUnavailable:
            # The page is none the worse for it.
            return {"invitation": None, "next_ms": AWAY_MS}
        except HubError as error:
            raise _refusal_from_error(error) from error
        standing = outcome.standing
        return {
            "invitation": None
            if standing is None or key_of(standing) is None
            else shown_invitation_map(standing),
            "next_ms": 0 if outcome.is_due else COME_BACK_MS,
        }


def _parse_beat(request: Request, body: bytes) -> Beat:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415, "Send application/json.")
    try:
        beat = JSON.parse_as(body, Beat)
    except BadRequest as error:
        where = f" ({error.field})" if error.field else ""
        raise HTTPException(400, f"{error}{where}") from error
    if beat.v != VERSION:
        raise HTTPException(426, "This version is not spoken here.")
    return beat


def _visit_beat(beat: Beat, entrance: PageEntrance, token: str | None) -> VisitBeat:
    facts = StartFacts(
        page_url=beat.page_url,
        page_title=beat.page_title,
        referrer=beat.referrer,
        language=beat.language,
        user_agent=entrance.user_agent,
    )
    return VisitBeat(beat.visit, beat.key, token, facts, beat.for_s, beat.pages, beat.visible, beat.dismisses)


def _refusal_from_error(error: HubError) -> HTTPException:
    return HTTPException(STATUS.get(error.code, 500), str(error), retry_after(error))
