"""An operation of a dialect: one entry of its table, from which its routes and its OpenAPI description are made."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

from hub.domain.errors import BadRequest, Forbidden, HubError, InternalError, MethodNotAllowed, NotFound
from hub.domain.identity import AgentCaller, Caller, VisitorCaller
from hub.rest.bodies import MAX_BODY_BYTES, fit, read_json
from hub.rest.http import InsensitiveRoute

log = structlog.get_logger(__name__)

MAX_BODY_ITEMS = 1_000
MAX_INT32 = 2**31


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls, and what their credential admits them to."""

    caller: Caller
    scopes: frozenset[str] = frozenset()

    def require_agent(self) -> AgentCaller:
        """The agent; Forbidden to visitors."""
        if not isinstance(self.caller, AgentCaller):
            raise Forbidden
        return self.caller


@dataclass(frozen=True, slots=True)
class Call:
    """One request, decoded. `items` are the elements of the body: those of an array, or the one object."""

    request: Request
    principal: Principal | None
    query: Any
    items: Sequence[Any]
    is_array: bool

    @property
    def id(self) -> int:
        """The id in the path; NotFound when it cannot be one."""
        return parse_id(self.request.path_params["id"])

    @property
    def idempotency_key(self) -> str | None:
        """The caller's own name for this request, which makes repeating it safe."""
        return self.request.headers.get("idempotency-key") or None

    def require_principal(self) -> Principal:
        """Who calls; only for operations that are not open to everybody."""
        assert self.principal is not None, (
            "The dialect admits nobody without a principal to such an operation."
        )
        return self.principal

    def require_agent(self) -> AgentCaller:
        """The agent who calls; Forbidden to visitors."""
        return self.require_principal().require_agent()

    def find_visitor(self) -> VisitorCaller | None:
        """The visitor who calls; None for agents and for nobody."""
        caller = self.principal.caller if self.principal else None
        return caller if isinstance(caller, VisitorCaller) else None


Run = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What an address does with a method.

    `scope` is what an agent's credential must hold; None admits every agent. `is_open` needs no credential at all,
    `is_anonymous` does not even look at one, `admits_visitors` those of visitors too, `admits_pages` those of agents on pages. `items` is the type of the body's elements when the dialect takes one object
    or an array of them, `is_single` when it takes one object only; `answer` the type of what comes back.

    For the description alone: `form` is the type of a body that is a form, `parts` that of the fields beside the files of a
    multipart body, `example` a body to begin with, `is_download` an answer in bytes, `refusal` the type of refusals that are not in the dialect's own form.
    """

    name: str
    method: str
    path: str
    run: Run
    summary: str
    tag: str
    scope: str | None = None
    is_open: bool = False
    is_anonymous: bool = False
    admits_visitors: bool = False
    admits_pages: bool = False
    query: type[msgspec.Struct] | None = None
    items: type[msgspec.Struct] | None = None
    is_single: bool = False
    answer: Any = None
    status: int = 200
    max_body_bytes: int = MAX_BODY_BYTES
    reads_own_body: bool = False  # Such as multipart; `items` then describes the JSON form only.
    form: type[msgspec.Struct] | None = None
    parts: type[msgspec.Struct] | None = None
    example: Any = None
    is_download: bool = False
    refusal: type[msgspec.Struct] | None = None
    takes_idempotency_key: bool = False


class Dialect(Protocol):
    """What is the dialect's own about every operation."""

    async def authenticate(self, request: Request, operation: Operation) -> Principal | None:
        """Who calls. Raises NotSignedIn, Forbidden, TooMany; None only for open operations."""

    def respond_with_error(self, error: HubError) -> Response:
        """The refusal in the dialect's form."""

    async def respond_to_preflight(self, request: Request, methods: Sequence[str]) -> Response:
        """The answer to a browser that asks before it asks."""

    async def finish(self, request: Request, principal: Principal | None, response: Response) -> None:
        """Adds what every answer of the dialect carries."""


def routes_from_operations(operations: Iterable[Operation], dialect: Dialect) -> list[BaseRoute]:
    """One route an address; a method it does not take is refused in the dialect's form, with Allow."""
    by_path: dict[str, dict[str, Operation]] = defaultdict(dict)
    for operation in operations:
        by_path[operation.path][operation.method] = operation
    # The literal addresses first: "/KBArticle/vote" is not the article "vote".
    paths = sorted(by_path, key=lambda path: path.count("{"))
    return [InsensitiveRoute(path, _Endpoint(by_path[path], dialect)) for path in paths]


class _Endpoint:
    """An address: finds the operation, reads what it needs, and answers whatever happens."""

    def __init__(self, operations: Mapping[str, Operation], dialect: Dialect) -> None:
        self._operations = operations
        self._dialect = dialect

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._respond(Request(scope, receive))
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        principal: Principal | None = None
        try:
            method = "GET" if request.method == "HEAD" else request.method
            operation = self._operations.get(method)
            if operation is None:
                return await self._respond_without_operation(request)
            principal = await self._dialect.authenticate(request, operation)
            response = await operation.run(await _read_call(request, operation, principal))
        except HubError as error:
            response = self._dialect.respond_with_error(error)
        except Exception:
            log.exception("request_failed", operation=request.scope["path"].rpartition("/")[0])
            response = self._dialect.respond_with_error(InternalError())
        await self._dialect.finish(request, principal, response)
        return response

    async def _respond_without_operation(self, request: Request) -> Response:
        methods = [*self._operations, *(["HEAD"] if "GET" in self._operations else []), "OPTIONS"]
        if request.method == "OPTIONS":
            return await self._dialect.respond_to_preflight(request, methods)
        response = self._dialect.respond_with_error(MethodNotAllowed())
        response.headers["Allow"] = ", ".join(methods)
        return response


async def _read_call(request: Request, operation: Operation, principal: Principal | None) -> Call:
    query = None if operation.query is None else read_query(request, operation.query)
    if operation.items is None or operation.reads_own_body:
        return Call(request, principal, query, (), is_array=False)
    body = await read_json(request, operation.max_body_bytes)
    if operation.is_single:
        return Call(request, principal, query, (fit(body, operation.items),), is_array=False)
    return Call(request, principal, query, *items_from_body(body, operation.items))


def items_from_body(body: Any, shape: type[Any]) -> tuple[Sequence[Any], bool]:
    """The elements, and whether they came in an array. BadRequest: neither an object nor an array of one to 1,000 of them."""
    if not isinstance(body, list):
        return (fit(body, shape),), False
    if not 0 < len(body) <= MAX_BODY_ITEMS:
        raise BadRequest(f"An array holds 1 to {MAX_BODY_ITEMS:,} elements.")
    return fit(body, list[shape]), True  # type: ignore[valid-type]


def read_query(request: Request, shape: type[msgspec.Struct]) -> Any:
    """The query as this type: names in any case, the first of several counts, an empty one is none. BadRequest names the field.

    NUL, which Postgres cannot even look for, becomes a character that nothing stored has in its place.
    """
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if value:
            given.setdefault(name.lower(), value.replace("\x00", "\ufffd"))
    return fit(given, shape, what="query")


def parse_id(text: str) -> int:
    """An id as we write it: decimal digits without leading zeros, below 2^31. NotFound for everything else."""
    if not text.isascii() or not text.isdigit() or text.startswith("0") or len(text) > 10:
        raise NotFound
    if int(text) >= MAX_INT32:
        raise NotFound
    return int(text)
