"""What the tests of the operators' room share."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.operate.processes import ROOT, HubProcess, Start, wait_until_gone


@pytest.fixture
async def start_process(tmp_path: Path) -> AsyncIterator[Start]:
    """Starts `python ARGUMENTS` and ends it with everything below it after the test."""
    started: list[HubProcess] = []

    async def start(*arguments: str, port: int, environment: dict[str, str] | None = None) -> HubProcess:
        out, err = tmp_path / f"out{len(started)}", tmp_path / f"err{len(started)}"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
        with out.open("wb") as out_file, err.open("wb") as err_file:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *arguments,
                cwd=ROOT,
                env={**inherited, **(environment or {})},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out_file,
                stderr=err_file,
            )
        hub = HubProcess(process, port, out, err)
        started.append(hub)
        return hub

    yield start
    for hub in started:
        if hub.process.returncode is None:
            children = hub.list_children()
            hub.process.kill()
            await hub.process.wait()
            await wait_until_gone(children)
