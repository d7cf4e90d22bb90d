"""Hands out the OpenAPI description of the dialects."""

import asyncio
from collections.abc import Iterable
from functools import cache

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hub.rest.openapi import DescribedDialect, render_openapi

MAX_AGE_S = 300


def routes(dialects: Iterable[DescribedDialect], base_url: str, version: str) -> list[BaseRoute]:
    """`/api/openapi.json`."""

    @cache
    def render() -> bytes:
        return msgspec.json.encode(render_openapi(dialects, base_url, version))

    async def describe(_request: Request) -> Response:
        # A tenth of a second of work: for whoever asks first, not for every start, and not while others wait.
        body = await asyncio.to_thread(render)
        headers = {"Cache-Control": f"public, max-age={MAX_AGE_S}", "Access-Control-Allow-Origin": "*"}
        return Response(body, media_type="application/json", headers=headers)

    return [Route("/api/openapi.json", describe, methods=["GET"])]
