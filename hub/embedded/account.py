"""Whom the servers run as: Postgres refuses root, so root gives them another account (`launcher` uses it)."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from hub.embedded.errors import EmbeddedError

if sys.platform != "win32":
    import pwd

# `hub` if the operator made one, `postgres` where a system package did; `nobody` exists everywhere.
SERVICE_ACCOUNTS = ("hub", "postgres", "nobody")


@dataclass(frozen=True)
class ServerAccount:
    """The account of the servers. Without numbers it is the hub's own: there is nothing to step down from."""

    name: str
    user_id: int | None = None
    group_id: int | None = None

    @property
    def extra_groups(self) -> list[int] | None:
        """The further groups of a process of this account: none, or the hub's own."""
        return None if self.user_id is None else []

    def ask(self, command: list[str | Path]) -> str | None:
        """What the program prints when this account runs it; None when it cannot, or the program fails."""
        try:
            answer = subprocess.run(
                command,
                user=self.user_id,
                group=self.group_id,
                extra_groups=self.extra_groups,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
                errors="replace",
                check=True,
            )
        except (OSError, subprocess.CalledProcessError):
            return None
        return str(answer.stdout)

    def can_enter(self, directory: Path) -> bool:
        """Whether this account may pass through the directory and all above it.

        Tried for real, because mode bits do not tell of access lists and mount options.
        """
        return self.ask(["/bin/sh", "-c", 'cd -- "$1"', "sh", directory]) is not None

    def create_home(self, path: Path) -> None:
        """Creates a directory for this account alone; one that an account has already is not touched."""
        path.mkdir(mode=0o700, exist_ok=True)
        # Also when a kill came between the two: what is still the hub's own has not been given away.
        if path.stat().st_uid == os.geteuid():
            self.give(path)

    def give(self, path: Path) -> None:
        """Makes this account the owner of what the hub has just made."""
        if self.user_id is not None and self.group_id is not None:
            os.chown(path, self.user_id, self.group_id, follow_symlinks=False)


def choose_account(existing_home: Path | None) -> ServerAccount:
    """The account for the servers: the hub's own, unless that is root.

    The files of an earlier run keep their account, whatever accounts have appeared since. Raises
    EmbeddedError when Postgres could not run as any account here.
    """
    if os.geteuid() != 0:
        return ServerAccount(_get_entry(os.geteuid()).pw_name)
    if existing_home is not None and (owner := _find_owner(existing_home)):
        return owner
    for name in SERVICE_ACCOUNTS:
        if account := _find_account(name):
            return account
    raise EmbeddedError(
        "Postgres does not run as root, and this system has no account hub, postgres or nobody: "
        "create an account named hub, or set HUB_DATABASE_URL and HUB_REDIS_URL to servers of your own."
    )


def _find_account(name: str) -> ServerAccount | None:
    try:
        return _account_from_entry(pwd.getpwnam(name))
    except KeyError:
        return None


def _find_owner(home: Path) -> ServerAccount | None:
    if not home.exists() or home.stat().st_uid == 0:
        return None
    return _account_from_entry(_get_entry(home.stat().st_uid))


def _get_entry(user_id: int) -> "pwd.struct_passwd":
    # Postgres looks its own account up and gives up when there is none.
    try:
        return pwd.getpwuid(user_id)
    except KeyError:
        raise EmbeddedError(
            f"Postgres cannot run as user id {user_id}, which this system has no account for: "
            "create one, or set HUB_DATABASE_URL and HUB_REDIS_URL to servers of your own."
        ) from None


def _account_from_entry(entry: "pwd.struct_passwd") -> ServerAccount:
    return ServerAccount(entry.pw_name, entry.pw_uid, entry.pw_gid)
