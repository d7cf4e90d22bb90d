"""Health for operators and balancers: does the process answer, do Postgres and Redis, and what exactly is wrong."""

import asyncio
import hmac
import os
import resource
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from hub.domain.origin import LOOPBACK_HOSTS

Probe = Callable[[], Awaitable[None]]  # Returns when all is well, raises otherwise.
Status = Literal["ready", "degraded", "not_ready"]

# What refuses to answer for 2 s would fail the commands of people too: they are promised a refusal by then.
PROBE_WITHIN_S: Final = 2.0

# A look this young is good enough: many balancers asking at once cost one write a second.
FRESH_FOR_S: Final = 1.0

# The hub works without them, a little slower.
DISPENSABLE: Final = frozenset({"redis", "redis_loop_back"})

# Somebody else's request that a proxy on this machine passes on looks local but for these.
FORWARDING_HEADERS = ("forwarded", "x-forwarded-for", "x-real-ip", "via")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Finding:
    """What one probe came to; `error` is the type of what went wrong, None when all is well."""

    seconds: float
    error: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """What all probes came to."""

    status: Status
    findings: Mapping[str, Finding]


class Checkup:
    """Runs the probes, at most one look at a time, and remembers the last one for FRESH_FOR_S."""

    def __init__(
        self,
        probes: Mapping[str, Probe],
        *,
        within_s: float = PROBE_WITHIN_S,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._probes = probes
        self._within_s = within_s
        self._now_s = now_s
        self._looking: asyncio.Task[Report] | None = None
        self._last: Report | None = None
        self._looked_at_s = 0.0

    async def get_report(self) -> Report:
        """A report no older than FRESH_FOR_S, after at most the probes' deadline. Never raises."""
        if self._last is not None and self._now_s() - self._looked_at_s < FRESH_FOR_S:
            return self._last
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        # Shielded: a caller who hangs up must not end the look of the others.
        return await asyncio.shield(self._looking)

    async def _look(self) -> Report:
        found = await asyncio.gather(*(self._try(probe) for probe in self._probes.values()))
        report = report_from_findings(dict(zip(self._probes, found, strict=True)))
        if self._last is None or self._last.status != report.status:
            failed = [name for name, finding in report.findings.items() if finding.error]
            log.info("health_changed", status=report.status, probe=failed)
        self._last, self._looked_at_s = report, self._now_s()
        return report

    async def _try(self, probe: Probe) -> Finding:
        began_s = time.perf_counter()
        error: str | None = None
        try:
            async with asyncio.timeout(self._within_s):
                await probe()
        except Exception as failure:  # Whatever it is, it is the finding.
            error = type(failure).__name__
        return Finding(round(time.perf_counter() - began_s, 6), error)


def report_from_findings(findings: Mapping[str, Finding]) -> Report:
    """Not ready when something fails that is needed, degraded when something else fails."""
    failed = {name for name, finding in findings.items() if finding.error}
    if not failed:
        return Report("ready", findings)
    return Report("degraded" if failed <= DISPENSABLE else "not_ready", findings)


def routes(
    probes: Mapping[str, Probe],
    *,
    token: str | None = None,
    is_draining: Callable[[], bool] = lambda: False,
    facts: Callable[[], Mapping[str, Any]] = dict,
    within_s: float = PROBE_WITHIN_S,
    now_s: Callable[[], float] = time.monotonic,
) -> list[BaseRoute]:
    """`/health/live`, `/health/ready` and `/health`.

    The probes `redis` and `redis_loop_back` may fail without the hub being unready. `facts` are added to the full report,
    which is for holders of the token, or without one for callers on this machine.
    """
    checkup = Checkup(probes, within_s=within_s, now_s=now_s)

    async def show_live(_request: Request) -> Response:
        return _answer({"status": "live"})

    async def show_ready(_request: Request) -> Response:
        if is_draining():
            return _answer({"status": "draining"}, 503)
        status = (await checkup.get_report()).status
        return _answer({"status": status}, 503 if status == "not_ready" else 200)

    async def show_report(request: Request) -> Response:
        if not may_see_report(request, token):
            sentence = "The full report is for operators: send HUB_HEALTH_TOKEN as a bearer token."
            return _answer({"error": {"code": "unauthenticated", "message": sentence}}, 401)
        report = await checkup.get_report()
        body = {
            "status": "draining" if is_draining() else report.status,
            "checks": _checks(report),
            "descriptors": count_descriptors(),
            **facts(),
        }
        return _answer(body, 503 if report.status == "not_ready" else 200)

    return [
        Route("/health/live", show_live, methods=["GET"]),
        Route("/health/ready", show_ready, methods=["GET"]),
        Route("/health", show_report, methods=["GET"]),
    ]


def count_descriptors() -> dict[str, int]:
    """How many files and sockets the process has open, and how many it may."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    try:
        return {"open": len(os.listdir("/dev/fd")), "limit": limit}
    except OSError:  # Without one to spare it cannot even look.
        return {"open": limit, "limit": limit}


def may_see_report(request: Request, token: str | None) -> bool:
    """Whether the caller holds the token, or, when there is none, sits on this machine and speaks for nobody else."""
    if token is not None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(given.encode(), token.encode())
    is_local = request.client is not None and request.client.host in LOOPBACK_HOSTS
    return is_local and not any(name in request.headers for name in FORWARDING_HEADERS)


def _checks(report: Report) -> dict[str, dict[str, Any]]:
    return {
        name: {"ok": finding.error is None, "seconds": finding.seconds, "error": finding.error}
        for name, finding in report.findings.items()
    }


def _answer(body: Mapping[str, Any], status: int = 200) -> Response:
    headers = {"cache-control": "no-store"}
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    return JSONResponse(body, status, headers)
