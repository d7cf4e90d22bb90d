"""What the REST dialects share of HTTP."""

import re

from starlette.routing import Route
from starlette.types import ASGIApp


class InsensitiveRoute(Route):
    """A route whose path matches in any case and with a slash at its end, as ASP.NET's do; parameters keep theirs.

    The endpoint judges the method.
    """

    def __init__(self, path: str, endpoint: ASGIApp) -> None:
        super().__init__(path, endpoint)
        # Else Starlette would send the caller elsewhere, under whatever name and scheme the request came in by.
        pattern = self.path_regex.pattern.removesuffix("$") + "/?$"
        self.path_regex = re.compile(pattern, re.IGNORECASE)
