"""The forms Halo's answers share: what was saved, and pages of lists."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from starlette.responses import Response

from hub.domain.errors import BadRequest

DEFAULT_PAGE_SIZE = 50
MAX_PAGE_SIZE = 500
MAX_COUNT = 1_000

Page = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
PageSize = Annotated[int, msgspec.Meta(ge=1, le=MAX_PAGE_SIZE)]
Count = Annotated[int, msgspec.Meta(ge=1, le=MAX_COUNT)]

encoder = msgspec.json.Encoder()


class ListQuery(msgspec.Struct):
    """How a list is asked for: by pages when `pageinate` says so, else the first `count`."""

    pageinate: bool = False
    page_no: Page | None = None
    page_size: PageSize | None = None
    count: Count | None = None

    @property
    def limit(self) -> int:
        """How many rows are wanted."""
        if self.pageinate:
            return self.page_size or DEFAULT_PAGE_SIZE
        return self.count or self.page_size or MAX_COUNT

    @property
    def offset(self) -> int:
        """How many rows come before them."""
        return ((self.page_no or 1) - 1) * self.limit if self.pageinate else 0


def respond(body: Any, status: int = 200) -> Response:
    """The body as JSON: structs, dates and all."""
    return Response(encoder.encode(body), status, media_type="application/json")


def respond_with_saved(saved: Sequence[Any]) -> Response:
    """What a POST has created or changed: the object itself when there is one, an array when there are several."""
    return respond(saved[0] if len(saved) == 1 else list(saved), 201)


def respond_with_list(name: str, rows: Sequence[Any], record_count: int, query: ListQuery) -> Response:
    """A list under the name clients look for; `record_count` counts all that match, on whatever page."""
    body: dict[str, Any] = {"record_count": record_count, name: list(rows)}
    if query.pageinate:
        body = {"page_no": query.page_no or 1, "page_size": query.limit, **body}
    return respond(body)


def require_single_use(names: Sequence[int], field: str) -> None:
    """BadRequest when one array of changes names an object twice: which of them should win?"""
    if len(set(names)) != len(names):
        raise BadRequest("The array names an object twice.", field=field)


def respond_with_rows(name: str, rows: Sequence[Any], query: ListQuery) -> Response:
    """A list that Halo has no pages for: a bare array of it all, and a page of it only for who asks for pages."""
    if not query.pageinate:
        return respond(list(rows if query.count is None else rows[: query.count]))
    return respond_with_list(name, rows[query.offset : query.offset + query.limit], len(rows), query)
