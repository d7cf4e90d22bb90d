"""The `hub` command as people and scripts use it."""

import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from hub.embedded.pair import PairAddresses
from tests.doubles.receiver import Reply, receiver
from tests.doubles.tenant import Tenant
from tests.operate.processes import HubProcess, Start, find_free_port

RunHub = Callable[..., Awaitable[tuple[int, str, str]]]


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """One data directory for all tests of this file."""
    with tempfile.TemporaryDirectory(prefix="hub-test-") as directory:
        # Where the account of the embedded servers can get at it, when the tests run as root.
        Path(directory).chmod(0o755)
        yield Path(directory, "data")


@pytest.fixture
def run_hub(start_process: Start) -> RunHub:
    """Runs `hub ARGUMENTS`; exit code, what it printed, what it complained about."""

    async def run(*arguments: str, **environment: str) -> tuple[int, str, str]:
        hub = await start_process("-m", "hub", *arguments, port=0, environment=environment)
        return await hub.wait_until_ended(), hub.out.read_text(), hub.err.read_text()

    return run


@pytest.fixture
def stores(pair: PairAddresses) -> dict[str, str]:
    """The environment of a command that is told of stores which run already."""
    return {
        "HUB_DATABASE_URL": pair.database_url,
        "HUB_REDIS_URL": pair.redis_url,
        "HUB_SECRET_KEYS": ",".join(pair.secret_keys),
    }


async def test_bootstrap_prints_one_json_object_with_everything(run_hub: RunHub, data_dir: Path) -> None:
    code, out, err = await run_hub(
        "bootstrap", "--json", "--base-url", "https://chat.example/", "--allow-origin", "https://shop.example",
        "--data-dir", str(data_dir),
    )  # fmt: skip

    made = json.loads(out)
    assert (code, err) == (0, "")
    assert made["base_url"] == "https://chat.example"
    assert set(made) == {
        "base_url", "tenant", "profile", "agents", "halo", "api_key", "superoffice", "slack",
    }  # fmt: skip
    assert set(made["profile"]) == {"id", "key", "identity_secret"}
    assert [set(agent) for agent in made["agents"]] == [{"id", "email", "password", "name"}] * 2


async def test_bootstrap_reaches_a_running_hub_and_its_agents_can_sign_in(
    run_hub: RunHub, start_process: Start, data_dir: Path
) -> None:
    port = find_free_port()
    hub = await start_process(
        "-m", "hub", "serve", "--port", str(port), "--data-dir", str(data_dir), port=port
    )
    await hub.wait_until_serving()

    code, out, _ = await run_hub(
        "bootstrap", "--json", "--base-url", hub.base_url, "--data-dir", str(data_dir)
    )

    assert code == 0
    agent = json.loads(out)["agents"][0]
    assert await sign_in(hub, agent["email"], agent["password"]) == 200
    assert await sign_in(hub, agent["email"], "wrong") == 401


async def test_an_added_agent_can_sign_in_with_the_printed_password(
    run_hub: RunHub, start_process: Start, data_dir: Path
) -> None:
    code, _, err = await run_hub("bootstrap", "--json", "--data-dir", str(data_dir))
    assert (code, err) == (0, "")
    port = find_free_port()
    hub = await start_process(
        "-m", "hub", "serve", "--port", str(port), "--data-dir", str(data_dir), port=port
    )
    await hub.wait_until_serving()
    arguments = ("agent", "add", "--name", "Ann", "--email", "ann@shop.example", "--data-dir", str(data_dir))

    code, out, err = await run_hub(*arguments)

    assert (code, err) == (0, "")
    assert await sign_in(hub, "ann@shop.example", out.split()[-1]) == 200
    code, out, err = await run_hub(*arguments)
    assert (code, out) == (1, "")
    assert len(err.splitlines()) == 1
    assert "ann@shop.example" in err


async def test_a_profile_is_listed_shown_and_changed(
    run_hub: RunHub, data_dir: Path, stores: dict[str, str]
) -> None:
    _, out, _ = await run_hub("bootstrap", "--json", "--data-dir", str(data_dir), **stores)
    made = json.loads(out)
    number, key = str(made["profile"]["id"]), made["profile"]["key"]
    whose = ("--tenant", str(made["tenant"]["id"]), "--data-dir", str(data_dir))

    code, out, err = await run_hub("profile", "list", *whose, **stores)
    assert (code, err, out.split()) == (0, "", [number, "open", *made["tenant"]["name"].split()])

    code, out, err = await run_hub(
        "profile", "set", number, "--closed", "--origin", "https://*.shop.example", *whose, **stores
    )
    assert (code, err) == (0, "")
    code, out, err = await run_hub("profile", "show", number, *whose, **stores)
    told = [line.split() for line in out.splitlines()]
    assert [line[1] for line in told if line[0] in ("key", "state", "origin")] == [
        key,
        "closed",
        "https://*.shop.example",
    ]

    code, out, err = await run_hub("profile", "set", number, "--open", *whose, **stores)
    assert (code, "open" in out.split(), "https://*.shop.example" in out) == (0, True, True)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("show", "2147483647"), "There is no such chat profile"),
        (("set", "2147483647", "--open"), "There is no such chat profile"),
        (("secret", "2147483647"), "There is no such chat profile"),
        (("secret", "OWN"), "has an identity secret already"),
        (("set", "OWN", "--origin", "https://*.co.uk"), "co.uk"),
        (("set", "OWN", "--origin", "shop.example"), "is not an origin"),
    ],
)
async def test_a_profile_that_cannot_be_is_one_sentence(
    run_hub: RunHub,
    data_dir: Path,
    stores: dict[str, str],
    tenant: Tenant,
    arguments: tuple[str, ...],
    sentence: str,
) -> None:
    named = [str(tenant.profile.id) if argument == "OWN" else argument for argument in arguments]
    whose = ("--tenant", str(tenant.id), "--data-dir", str(data_dir))
    code, out, err = await run_hub("profile", *named, *whose, **stores)
    assert (code, out) == (1, "")
    assert len(err.splitlines()) == 1
    assert sentence in err


async def test_migrate_applies_once_and_check_agrees(run_hub: RunHub, data_dir: Path) -> None:
    code, _, err = await run_hub("migrate", "--data-dir", str(data_dir))
    assert (code, err) == (0, "")

    code, out, _ = await run_hub("migrate", "--check", "--data-dir", str(data_dir))

    assert (code, out) == (0, "The database is up to date.\n")


async def test_migrate_check_fails_with_what_is_missing_and_changes_nothing(run_hub: RunHub) -> None:
    with tempfile.TemporaryDirectory(prefix="hub-test-") as directory:
        Path(directory).chmod(0o755)
        for _ in range(2):
            code, out, err = await run_hub("migrate", "--check", "--data-dir", f"{directory}/data")

            assert (code, out) == (1, "")
            assert err.startswith("Not applied yet: 0001_")
            assert len(err.splitlines()) == 1


async def test_the_doctor_finds_nothing_wrong_with_the_defaults(run_hub: RunHub, data_dir: Path) -> None:
    code, out, err = await run_hub("doctor", "--data-dir", str(data_dir), HUB_PORT=str(find_free_port()))

    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == ["ok"] * 9


async def test_the_doctor_tells_of_a_busy_port_and_of_everything_else(
    run_hub: RunHub, data_dir: Path
) -> None:
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]

        code, out, _ = await run_hub("doctor", "--data-dir", str(data_dir), HUB_PORT=str(port))

    assert code == 1
    assert len(out.splitlines()) == 9
    [wrong] = [line for line in out.splitlines() if line.startswith("wrong")]
    assert f"Port {port} on 127.0.0.1 is in use" in wrong


async def test_the_doctor_tells_of_a_place_where_no_file_can_be_kept(run_hub: RunHub, data_dir: Path) -> None:
    (data_dir.parent / "a file").touch()

    code, out, err = await run_hub(
        "doctor", "--data-dir", str(data_dir), HUB_PORT=str(find_free_port()),
        HUB_ATTACHMENTS_URL=(data_dir.parent / "a file").as_uri() + "/below",
    )  # fmt: skip

    assert (code, err) == (1, "")
    [wrong] = [line for line in out.splitlines() if line.startswith("wrong")]
    assert wrong.endswith("Attachments cannot be kept: not a directory: correct HUB_ATTACHMENTS_URL.")


async def test_the_doctor_tells_of_stores_that_are_away(run_hub: RunHub, tmp_path: Path) -> None:
    nobody = find_free_port()

    code, out, err = await run_hub(
        "doctor",
        HUB_DATABASE_URL=f"postgresql://hub:canary@127.0.0.1:{nobody}/hub",
        HUB_REDIS_URL=f"redis://:canary@127.0.0.1:{nobody}/0",
        HUB_SECRET_KEYS="0123456789abcdef0123456789abcdef",
        HUB_PORT=str(find_free_port()),
        HUB_DATA_DIR=str(tmp_path / "data"),
    )

    assert (code, err) == (1, "")
    assert [line.split()[0] for line in out.splitlines()] == [
        "ok",
        *["wrong"] * 4,
        "ok",
        "wrong",
        "wrong",
        "ok",
    ]
    assert "canary" not in out


URLS = {
    "HUB_DATABASE_URL": "postgresql://hub:canary@127.0.0.1:9/hub",
    "HUB_REDIS_URL": "redis://127.0.0.1:9/0",
}
KEYS = {"HUB_SECRET_KEYS": "0123456789abcdef0123456789abcdef"}


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"HUB_DATABASE_URL": URLS["HUB_DATABASE_URL"]}, "HUB_REDIS_URL"),
        ({"HUB_REDIS_URL": URLS["HUB_REDIS_URL"]}, "HUB_DATABASE_URL"),
        ({"HUB_PORT": "eighty"}, "HUB_PORT"),
        ({"HUB_HOST": "no.such.host.invalid"}, "HUB_HOST"),
        ({"HUB_HOST": "192.0.2.1"}, "HUB_HOST"),
        ({"HUB_ATTACHMENTS_URL": "s3://key:canary@bucket"}, "HUB_ATTACHMENTS_URL"),
        ({"HUB_MAX_ATTACHMENT_MB": "0"}, "HUB_MAX_ATTACHMENT_MB"),
        (URLS | KEYS, "Postgres"),
    ],
)
async def test_a_hub_that_cannot_start_says_why_in_one_sentence(
    run_hub: RunHub, tmp_path: Path, environment: dict[str, str], named: str
) -> None:
    given = {"HUB_PORT": str(find_free_port())} | environment

    code, out, err = await run_hub("serve", "--data-dir", str(tmp_path / "data"), **given)

    [sentence] = err.splitlines()
    assert (code, out) == (1, "")
    assert named in sentence
    assert "canary" not in err
    assert not (tmp_path / "data").exists()


async def test_a_directory_that_is_somebody_elses_is_refused_untouched(
    run_hub: RunHub, tmp_path: Path
) -> None:
    (tmp_path / "letter").write_text("mine")

    code, _, err = await run_hub("serve", "--data-dir", str(tmp_path), HUB_PORT=str(find_free_port()))

    assert code == 1
    assert len(err.splitlines()) == 1
    assert [entry.name for entry in tmp_path.iterdir() if entry.name not in ("out0", "err0")] == ["letter"]


async def test_wrong_usage_is_exit_code_2(run_hub: RunHub) -> None:
    code, _, err = await run_hub("serve", "--port", "eighty")

    assert code == 2
    assert "Traceback" not in err


async def sign_in(hub: HubProcess, email: str, password: str) -> int:
    """The status of signing in to the console."""
    async with httpx2.AsyncClient(trust_env=False, base_url=hub.base_url) as client:
        body = {"email": email, "password": password}
        return (
            await client.post("/console/sign-in", json=body, headers={"origin": hub.base_url})
        ).status_code


async def test_a_webhook_is_added_tested_watched_and_removed(
    run_hub: RunHub, start_process: Start, data_dir: Path, stores: dict[str, str], tenant: Tenant
) -> None:
    whose = ("--tenant", str(tenant.id), "--data-dir", str(data_dir))
    async with receiver() as told:
        allowed = {**stores, "HUB_OUTBOUND_HTTP_HOSTS": "127.0.0.1:*"}
        shop = ("--name", "Shop", "--event", "chat_ended")
        code, out, err = await run_hub("webhook", "add", *shop, "--url", told.url(), *whose, **stores)
        assert (code, out, len(err.splitlines())) == (1, "", 1)
        assert "https://" in err
        code, out, err = await run_hub("webhook", "add", *shop, "--url", told.url(), *whose, **allowed)
        assert (code, err) == (0, "")
        made = dict(line.split(maxsplit=1) for line in out.splitlines())
        number = made["id"]
        assert made["secret"].startswith("whsec_")

        port = find_free_port()
        hub = await start_process(
            "-m",
            "hub",
            "serve",
            "--port",
            str(port),
            "--data-dir",
            str(data_dir),
            port=port,
            environment=allowed,
        )
        await hub.wait_until_serving()
        code, out, err = await run_hub("webhook", "test", number, *whose, **stores)
        assert (code, out, err) == (0, "It arrived: the answer was 200.\n", "")
        told.decide = lambda call: Reply(500)
        code, out, err = await run_hub("webhook", "test", number, *whose, **stores)
        assert (code, out, err) == (1, "", "It did not arrive: the answer was 500.\n")
        code, out, _ = await run_hub("webhook", "log", number, *whose, **stores)
        assert [line.split()[3] for line in out.splitlines()[:-1]] == ["done", "dead"]

    for command, said in [
        (("pause", number), "Paused"),
        (("resume", number), "Resumed"),
        (("replay", number, "--from", "1"), "0 deliveries are due again"),
        (("secret", number), "whsec_"),
        (("show", number), "chat_ended"),
        (("list",), "Shop"),
        (("remove", number), "Removed"),
    ]:
        code, out, err = await run_hub("webhook", *command, *whose, **stores)
        assert (code, err) == (0, "")
        assert said in out
    assert (await run_hub("webhook", "list", *whose, **stores))[1] == ""
    assert (await run_hub("webhook", "show", number, *whose, **stores))[0] == 1
