"""Generated requests: whose they are, which real things they name, and what is held against their answers."""

import contextlib
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import hypothesis
import schemathesis
from hypothesis import HealthCheck, Phase, given
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.generated.bench import Bench, Stored, Victim

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
LIMITS_LIFTED_EVERY = 8  # Below the least burst of a limit.
REFUSED = 400

# Most act for the agent: what is behind the door is larger than the door.
CALLERS = ("agent",) * 12 + ("visitor", "nobody", "stranger", "as generated")

KEYS = ("key", "chatprofilekey")
KIND_OF_MEMBER = {
    "agent_id": "Agent",
    "chat_id": "Chat",
    "chatprofile_id": "ChatProfile",
    "chatprofileid": "ChatProfile",
    "status_id": "Status",
    "team_id": "Team",
    "ticket_id": "Tickets",
    "tickettype_id": "TicketType",
    "user_id": "Users",
    "workday_id": "Workday",
    "workdays_id": "Workday",
    "holid": "Holiday",
}
NAMED_IN_BODY = {"/api/Chat": "chatprofile_id", "/api/ChatMessage": "chat_id"}


@dataclass
class Report:
    """What came of the requests."""

    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        """How many were carried out."""
        return sum(times for status, times in self.statuses.items() if status < REFUSED)

    @property
    def refused(self) -> int:
        """How many were not."""
        return sum(times for status, times in self.statuses.items() if status >= REFUSED)


@dataclass
class Trial:
    """Tries the operations of a description on a tenant, one request after the other."""

    bench: Bench
    victim: Victim
    report: Report
    stored: Stored
    choice: random.Random  # Not drawn by hypothesis, which likes the same simple numbers again and again.
    _sent: int = 0

    def try_operation(self, operation: Any, mode: GenerationMode, count: int, seed: int) -> None:
        """So many generated requests. The first that fails is reported, and ends it."""
        failures: list[str] = []

        @hypothesis.seed(seed)
        @hypothesis.settings(
            max_examples=count,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        @given(case=operation.as_strategy(mode))
        def run(case: Case[Any]) -> None:
            # Not raised: repeated, a request of which something was stored is another one.
            if not failures and (failure := self._find_failure(case)):
                failures.append(f"{operation.label}, {mode.value}: {failure}")

        # There is no wrong request where nothing can be said.
        with contextlib.suppress(hypothesis.errors.Unsatisfiable):
            run()
        self.report.failures += failures

    def _find_failure(self, case: Case[Any]) -> str | None:
        if self._sent % LIMITS_LIFTED_EVERY == 0:
            self.bench.lift_limits()
        self._sent += 1
        name_real_things(case, self.victim, self.choice)
        caller = self.choice.choice(CALLERS)
        set_caller(case, self.victim, caller)
        response = case.call(base_url=self.bench.base_url)
        self.report.statuses[response.status_code] += 1
        before, self.stored = self.stored, self.bench.look(self.victim)
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as failure:
            return "\n".join(str(part) for part in failure.exceptions) + f"\n{failure}"
        changed = [table for table, rows in self.stored.items() if before[table] != rows]
        if response.status_code >= REFUSED and changed:
            return f"refused with {response.status_code}, but {changed} changed: {case.as_curl_command()}"
        if caller == "agent" and response.status_code == 401 and "/auth/" not in case.path:
            # The agent has disabled themselves, which they may; the door is not what is tried here.
            self.victim = self.bench.wait_for(self.bench.make_victim())
            self.stored = self.bench.look(self.victim)
        return None


def set_caller(case: Case[Any], victim: Victim, caller: str) -> None:
    """Whose request it is."""
    if caller == "as generated":
        return
    tokens = {
        "agent": victim.token,
        "visitor": victim.visitor_token,
        "stranger": "ha_nonsense",
        "nobody": None,
    }
    for name in [name for name in case.headers if name.lower() == "authorization"]:
        del case.headers[name]
    if token := tokens[caller]:
        case.headers["Authorization"] = f"Bearer {token}"


def name_real_things(case: Case[Any], victim: Victim, choice: random.Random) -> None:
    """Half of the ids are ids of something, since generated ones are of nothing."""
    kind = case.path.split("/")[2] if case.path.count("/") > 1 else ""
    kinds = {**KIND_OF_MEMBER, "id": "Chat" if kind == "ChatMessage" else kind}
    bodies = case.body if isinstance(case.body, list) else [case.body]
    for item in bodies:
        # All members of these are optional; without this one nothing happens.
        if isinstance(item, dict) and case.path in NAMED_IN_BODY and choice.random() < 0.5:
            item.setdefault(NAMED_IN_BODY[case.path], 0)
    for place in (case.path_parameters, case.query, *bodies):
        if not isinstance(place, dict) or choice.random() < 0.5:
            continue
        for name in place:
            if name in KEYS:
                place[name] = victim.tenant.profile.key
            elif ids := victim.ids.get(kinds.get(name, "")):
                place[name] = choice.choice(ids)


def try_all(
    bench: Bench,
    victims: Sequence[Victim],
    described: dict[str, Any],
    mode: GenerationMode,
    count: int,
    seed: int,
) -> Report:
    """All operations, with as many requests in all; each tenant meets an equal part of them."""
    report = Report()
    schema = schemathesis.openapi.from_dict(described)
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) == schema.statistic.operations.total, "Every operation can be read."
    each = max(1, count // len(operations) // len(victims))
    for number, victim in enumerate(victims):
        trial = Trial(bench, victim, report, bench.look(victim), random.Random(seed * 1_000 + number))
        for operation in operations:
            trial.try_operation(operation, mode, each, seed * 1_000 + number)
    return report
