"""Starts programs as children of the hub: as the servers' account, bound to the hub's life, silent."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL, Signals

from hub.embedded.account import ServerAccount
from hub.embedded.locks import FileLock
from hub.embedded.log_file import LogFile
from hub.embedded.parent_death import DeathWatch

Command = list[str | Path]

# The hub's environment (settings, secrets, PG* variables) is not for the servers. LC_ALL makes them log
# in English, which is searched for words, and Postgres on macOS does not start without it.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}


@dataclass(frozen=True)
class Launcher:
    """What all children of one pair have in common.

    Each of them inherits the servers' lock, so that it is free only when the last process of them has ended.
    """

    account: ServerAccount
    death_watch: DeathWatch
    lock: FileLock

    def start(
        self, command: Command, log: LogFile, ending: Signals, standard_input: str = ""
    ) -> subprocess.Popen[bytes]:
        """A running child. It gets `ending` when the hub vanishes, and no Ctrl-C from the hub's terminal.

        For the main thread, while there is no other: a forked child may only run Python when there were no
        threads, and the kernel's death watch follows the thread that forks.
        """
        log_descriptor = log.open()
        input_descriptor = _pipe_holding(standard_input)
        try:
            return subprocess.Popen(
                command,
                stdin=input_descriptor,
                stdout=log_descriptor,
                stderr=log_descriptor,
                cwd="/",
                env=ENVIRONMENT,
                user=self.account.user_id,
                group=self.account.group_id,
                extra_groups=self.account.extra_groups,
                umask=0o077,
                start_new_session=True,
                preexec_fn=self.death_watch.binding(ending),  # noqa: PLW1509 (there are no threads)
                pass_fds=(self.lock.descriptor,),
            )
        finally:
            os.close(input_descriptor)
            os.close(log_descriptor)

    def run(self, command: Command, log: LogFile, standard_input: str = "") -> int:
        """The exit code of a program that ends by itself; killed when the hub vanishes or stops waiting."""
        process = self.start(command, log, SIGKILL, standard_input)
        try:
            return process.wait()
        except BaseException:
            process.kill()
            process.wait()
            raise
        finally:
            self.death_watch.forget(process.pid)


def _pipe_holding(text: str) -> int:
    """The read end of a pipe with the text in it: so secrets reach a child without a file or a command line.

    Any pipe takes 16 KiB before its writer has to wait; our texts are far shorter.
    """
    read_end, write_end = os.pipe()
    os.write(write_end, os.fsencode(text))
    os.close(write_end)
    return read_end
