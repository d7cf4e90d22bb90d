"""The proxies' settings that come with the hub fit what the hub does."""

import re

import pytest
from starlette.applications import Starlette

from hub.operate.worker import RecordedStart, make_server_config
from tests.house.sources import ROOT

SETTINGS = {"nginx.conf": r"keepalive_timeout (\d+)s;", "Caddyfile": r"\bkeepalive (\d+)s\n"}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_proxy_closes_idle_connections_before_the_hub_does(name: str) -> None:
    text = (ROOT / "deploy/proxy" / name).read_text()
    [kept_s] = re.findall(SETTINGS[name], text)
    assert make_server_config(RecordedStart(Starlette())).timeout_keep_alive >= int(kept_s) + 10
