"""Requests and answers on record, replayed; golden/README.md explains how they are written."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest

from hub.actions.colleagues import start_colleagues
from hub.actions.messages import post_message
from hub.actions.ports import Ports
from hub.app import make_secrets
from hub.settings import Settings
from tests.doubles.halo_client import add_client, ask_for_token
from tests.doubles.node import RunningNode
from tests.doubles.tenant import Tenant

GOLDEN = Path(__file__).parent / "golden"
FILES = sorted(GOLDEN.glob("*.json"))

NAME = re.compile(r"\{(\w+)\}")
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
OTHERS = "…"

Values = dict[str, Any]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_the_hub_answers_as_is_on_record(
    path: Path, node: RunningNode, ports: Ports, settings: Settings, tenant: Tenant
) -> None:
    recorded = json.loads(path.read_text("utf-8"))
    async with httpx2.AsyncClient(base_url=node.base_url, timeout=20) as client:
        values = await tenant_values(client, ports, settings, tenant)
        for number, pair in enumerate(recorded["pairs"], start=1):
            where = f"{path.name}, pair {number}"
            assert pair.get("source") or recorded.get("source"), f"{where} has no source"
            answer = await client.send(build_request(client, filled(pair["request"], values)))
            compare(answer, filled(pair["response"], values), where)
            for name, member in pair.get("keep", {}).items():
                values[name] = find_member(answer.json(), member)


async def tenant_values(
    client: httpx2.AsyncClient, ports: Ports, settings: Settings, tenant: Tenant
) -> Values:
    """What pairs may name of the tenant."""
    halo, profile = tenant.bootstrap.halo, tenant.bootstrap.profile
    jonas = await add_client(ports, make_secrets(settings), tenant, tenant.jonas.id, "all")
    talk = await start_colleagues(ports, tenant.jonas, [tenant.marta.id], None, "talk")
    await post_message(ports, tenant.jonas, talk.chat.id, "Did the blue frame come?", "ask")
    return {
        "base_url": settings.base_url,
        "client_id": halo.client_id,
        "client_secret": halo.client_secret,
        "profile_id": profile.id,
        "profile_key": profile.key,
        "marta_id": tenant.marta.id,
        "marta_email": tenant.marta.email,
        "marta_token": await ask_for_token(client, halo.client_id, halo.client_secret),
        "talk": talk.chat.id,
        "jonas_id": tenant.jonas.id,
        "jonas_email": tenant.jonas.email,
        "jonas_token": await ask_for_token(client, *jonas),
    }


def filled(part: Any, values: Values) -> Any:
    """The part with its `{name}`s replaced; braces around anything else stay."""
    if isinstance(part, dict):
        who = {"token": values.get(f"{part['as']}_token")} if "as" in part else {}
        return {name: filled(value, values) for name, value in part.items()} | who
    if isinstance(part, list):
        return [filled(value, values) for value in part]
    if not isinstance(part, str):
        return part
    if (whole := NAME.fullmatch(part)) and whole[1] in values:
        return values[whole[1]]
    return NAME.sub(lambda found: str(values.get(found[1], found[0])), part)


def build_request(client: httpx2.AsyncClient, request: Mapping[str, Any]) -> httpx2.Request:
    """The request as it goes out."""
    headers = dict(request.get("headers", {}))
    if request.get("token"):
        headers["Authorization"] = f"Bearer {request['token']}"
    body: Values = {}
    if "json" in request:
        body = {"json": request["json"]}
    elif "form" in request:
        body = {"data": request["form"]}
    elif "text" in request:
        body = {"content": request["text"].encode()}
        headers["Content-Type"] = request["type"]
    return client.build_request(request["method"], request["path"], headers=headers, **body)


def compare(answer: httpx2.Response, expected: Mapping[str, Any], where: str) -> None:
    """Fails unless this is the answer that was expected."""
    assert answer.status_code == expected["status"], f"{where}: {answer.text}"
    for name, value in expected.get("headers", {}).items():
        matches(answer.headers.get(name), value, f"{where}, header {name}")
    if "body" in expected:
        matches(answer.json() if answer.content else None, expected["body"], where)


def matches(found: Any, expected: Any, where: str) -> None:
    """Fails unless what was found is what was expected, placeholders and all."""
    match expected:
        case "<any>":
            pass
        case "<id>":
            assert isinstance(found, int), where
            assert found > 0, where
        case "<date>":
            assert DATE.fullmatch(str(found)), f"{where}: {found}"
        case "<text>":
            assert isinstance(found, str), where
            assert found.strip(), where
        case dict():
            assert isinstance(found, dict), f"{where}: {found}"
            wanted = {name: value for name, value in expected.items() if name != OTHERS}
            if OTHERS not in expected:
                assert found.keys() == wanted.keys(), where
            for name, value in wanted.items():
                assert name in found, f"{where}: no {name}"
                matches(found[name], value, f"{where}, {name}")
        case list():
            assert isinstance(found, list), where
            assert len(found) == len(expected), f"{where}: {found}"
            for index, value in enumerate(expected):
                matches(found[index], value, f"{where}, [{index}]")
        case _:
            assert (type(found), found) == (type(expected), expected), where


def find_member(body: Any, path: str) -> Any:
    """The member of an answer; digits are places in arrays."""
    for part in path.split("."):
        body = body[int(part)] if part.isdigit() else body[part]
    return body


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (1, True),
        ("1", 1),
        (0, "<id>"),
        ("2026-03-01T10:00:00Z", "<date>"),
        (" ", "<text>"),
        ({"a": 1, "b": 2}, {"a": 1}),
        ({}, {"a": "<any>"}),
        ([1, 2], [1]),
    ],
)
def test_what_differs_from_the_record_is_seen(found: Any, expected: Any) -> None:
    with pytest.raises(AssertionError):
        matches(found, expected, "here")
