"""The names of the servers' files; `placement` decides where they are."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ServerFiles:
    """The servers' files below one directory, which is the hub's own.

    As root the servers' account may write only in the two homes and among the sockets, where the hub writes
    nothing, so that no link put there leads it astray.
    """

    path: Path

    @property
    def lock(self) -> Path:
        """Held by the servers themselves, so it stays taken while one of them is still ending."""
        return self.path / "servers.lock"

    @property
    def data_directory_note(self) -> Path:
        """Which data directory these files belong to, when they are not in it."""
        return self.path / "data-directory"

    @property
    def binaries(self) -> Path:
        """Copies of the programs, when the account cannot execute the originals."""
        return self.path / "binaries"

    @property
    def sockets(self) -> Path:
        """The unix sockets, when their paths are short enough here."""
        return self.path / "sockets"

    @property
    def access_rules(self) -> Path:
        """Postgres' list of who may connect from where."""
        return self.path / "pg_hba.conf"

    @property
    def postgres_log(self) -> Path:
        """What Postgres and initdb say."""
        return self.path / "postgres.log"

    @property
    def valkey_log(self) -> Path:
        """What Valkey says."""
        return self.path / "valkey.log"

    @property
    def postgres_home(self) -> Path:
        """Postgres' own directory."""
        return self.path / "postgres"

    @property
    def cluster(self) -> Path:
        """The database cluster; whole when it is there."""
        return self.postgres_home / "cluster"

    @property
    def unfinished_cluster(self) -> Path:
        """A cluster in the making, renamed when it is whole."""
        return self.postgres_home / "cluster.new"

    @property
    def valkey_home(self) -> Path:
        """Valkey's own directory, with its append-only file."""
        return self.path / "valkey"
