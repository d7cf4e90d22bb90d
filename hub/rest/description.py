"""Hands out the OpenAPI description of the dialects."""

from collections.abc import Iterable

import msgspec
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hub.rest.openapi import DescribedDialect, render_openapi

MAX_AGE_S = 300


def routes(dialects: Iterable[DescribedDialect], base_url: str, version: str) -> list[BaseRoute]:
    """`/api/openapi.json`."""
    body = msgspec.json.encode(render_openapi(dialects, base_url, version))
    headers = {"Cache-Control": f"public, max-age={MAX_AGE_S}", "Access-Control-Allow-Origin": "*"}

    return [
        Route(
            "/api/openapi.json",
            Response(body, media_type="application/json", headers=headers),
            methods=["GET"],
        )
    ]
