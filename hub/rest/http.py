"""What the REST dialects share of HTTP."""

import re
from collections.abc import Awaitable, Callable, Collection

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


class InsensitiveRoute(Route):
    """A route whose path matches in any case, as ASP.NET's do; parameters keep theirs."""

    def __init__(
        self, path: str, endpoint: Callable[[Request], Awaitable[Response]], *, methods: Collection[str]
    ) -> None:
        super().__init__(path, endpoint, methods=methods)
        self.path_regex = re.compile(self.path_regex.pattern, re.IGNORECASE)


def find_query(request: Request, name: str) -> str | None:
    """The first query parameter of this name in any case, as ASP.NET reads them; None when absent."""
    return next((value for key, value in request.query_params.multi_items() if key.lower() == name), None)


def is_true(text: str | None) -> bool:
    """Whether a query parameter says yes, in the spellings clients use."""
    return text is not None and text.lower() in ("true", "1")
