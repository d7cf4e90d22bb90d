"""Makes the database cluster: whole, with roles, database and extensions, before it gets its name.

`postgres` serves it.
"""

import shutil
import sys
from dataclasses import dataclass

from hub.embedded.binaries import PostgresBinaries
from hub.embedded.errors import EmbeddedError
from hub.embedded.json_file import sync_directory
from hub.embedded.launcher import Command, Launcher
from hub.embedded.log_file import LogFile
from hub.embedded.secret_file import Secrets
from hub.embedded.server_files import ServerFiles

SUPERUSER = "hub_admin"
OWNER = "hub_owner"
APPLICATION = "hub_app"
DATABASE = "hub"

# Text sorts and folds alike on every system: by code point, with Unicode's rules instead of the C library's.
LOCALE = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
# What pg_trgm takes for a letter is still decided by the C library; macOS calls its Unicode rules otherwise.
LETTERS = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"

DATABASE_STATEMENTS = (
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC;",
    f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER};",
    "CREATE EXTENSION pg_trgm;",
    "CREATE EXTENSION unaccent;",
)


def server_statements(secrets: Secrets) -> tuple[str, ...]:
    """Makes the roles and the database. The hub serves as a role that row-level security binds.

    The owner may make databases: in a second one beside the first, backups are tried and tests kept apart.
    """
    plain = "LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    return (
        f"ALTER ROLE {SUPERUSER} PASSWORD '{secrets.hub_admin_password}';",
        f"CREATE ROLE {OWNER} {plain} CREATEDB PASSWORD '{secrets.hub_owner_password}';",
        f"CREATE ROLE {APPLICATION} {plain} NOCREATEDB PASSWORD '{secrets.hub_app_password}';",
        f"CREATE DATABASE {DATABASE} OWNER {OWNER};",
    )


@dataclass(frozen=True)
class ClusterMaker:
    """What it takes to make a cluster."""

    launcher: Launcher
    binaries: PostgresBinaries
    files: ServerFiles
    secrets: Secrets

    def make_if_missing(self) -> None:
        """Leaves a whole cluster in place. Whatever a kill leaves behind, the next call clears up."""
        if self.files.cluster.exists():
            return
        if self.files.unfinished_cluster.exists():
            shutil.rmtree(self.files.unfinished_cluster)
        self._initialize()
        self._execute("postgres", server_statements(self.secrets))
        self._execute(DATABASE, DATABASE_STATEMENTS)
        self.files.unfinished_cluster.rename(self.files.cluster)
        sync_directory(self.files.postgres_home)

    def _initialize(self) -> None:
        # "reject" goes into the cluster's own access rules; it is served with ours.
        identity = (f"--username={SUPERUSER}", "--auth=reject")
        place = ("--pgdata", self.files.unfinished_cluster)
        rest = (f"--lc-ctype={LETTERS}", "--data-checksums", "--no-instructions")
        self._run([self.binaries.initdb, *place, *identity, *LOCALE, *rest])

    def _execute(self, database: str, statements: tuple[str, ...]) -> None:
        """Executes the statements as the superuser, without a server: single-user mode takes one a line."""
        place = ("-D", self.files.unfinished_cluster)
        # A failed statement may hold a password, and would be logged.
        settings = ("-c", "exit_on_error=on", "-c", "log_min_error_statement=panic")
        self._run(
            [self.binaries.postgres, "--single", *place, *settings, database], "\n".join((*statements, ""))
        )

    def _run(self, command: Command, standard_input: str = "") -> None:
        log = LogFile(self.files.postgres_log)
        start_bytes = log.get_size_bytes()
        code = self.launcher.run(command, log, standard_input)
        if code != 0:
            raise EmbeddedError(
                f"The embedded database could not be made (exit code {code}); "
                f"the log {log.path} says: {log.get_last_words(start_bytes)}"
            )


def find_cluster_major(files: ServerFiles) -> int | None:
    """The major version of the Postgres that made the cluster; None when there is none yet."""
    try:
        return int((files.cluster / "PG_VERSION").read_text())
    except FileNotFoundError:
        return None
