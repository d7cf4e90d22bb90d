"""Thousands of requests made from the hub's own description: none breaks it, no refusal leaves a trace, every answer is as described.

A quick run is bounded; `pytest tests/generated --generated-cases=20000` is the whole one.
"""

import asyncio

import pytest
from schemathesis import GenerationMode

from tests.generated.bench import Bench, fetch_description
from tests.generated.trials import try_all

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    # Requests are drawn in a thread while the hub on the loop draws its own chances; the library takes those for its strategies'.
    pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies"),
]

CASES_OF_A_TENANT = 1_000  # A look at everything a tenant has stored costs more the more there is.


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
async def test_generated_requests_are_answered_as_described_and_refusals_store_nothing(
    bench: Bench, count: int, seed: int, mode: GenerationMode
) -> None:
    described = await fetch_description(bench.base_url)
    half = count // 2
    victims = [await bench.make_victim() for _ in range(half // CASES_OF_A_TENANT + 1)]

    report = await asyncio.to_thread(try_all, bench, victims, described, mode, half, seed)

    print(f"{report.accepted} accepted, {report.refused} refused: {dict(sorted(report.statuses.items()))}")
    assert not report.failures, "\n\n".join(report.failures)
    assert report.refused > 0
    assert report.accepted > 0


async def test_the_examples_of_the_description_are_accepted(bench: Bench) -> None:
    described = await fetch_description(bench.base_url)
    victim = await bench.make_victim()
    real = {"chat_id": victim.ids["Chat"][-1], "chatprofile_id": str(victim.profile_id)}
    tried = {}

    async with bench.open_client(victim) as halo:
        for path, methods in described["paths"].items():
            content = methods.get("post", {}).get("requestBody", {}).get("content", {})
            example = content.get("application/json", {}).get("example")
            if example is not None:
                body = {name: real.get(name, value) for name, value in example.items()}
                response = await halo.call("POST", path.removeprefix("/api"), body)
                tried[path] = response.status_code

    assert tried
    assert set(tried.values()) == {201}, tried
