"""What the REST dialects share of HTTP."""

import re

from starlette.routing import Route
from starlette.types import ASGIApp


class InsensitiveRoute(Route):
    """A route whose path matches in any case, as ASP.NET's do; parameters keep theirs. The endpoint judges the method."""

    def __init__(self, path: str, endpoint: ASGIApp) -> None:
        super().__init__(path, endpoint)
        self.path_regex = re.compile(self.path_regex.pattern, re.IGNORECASE)
