import os
from pathlib import Path

from hub.embedded.log_file import MAX_LOG_BYTES, LogFile


def make_log(path: Path, content: bytes) -> LogFile:
    path.write_bytes(content)
    return LogFile(path)


def test_a_long_log_is_put_aside_at_a_start_and_a_short_one_is_not(tmp_path: Path) -> None:
    log = make_log(tmp_path / "server.log", b"x" * (MAX_LOG_BYTES + 1))

    log.rotate()
    os.close(log.open())
    log.rotate()

    assert log.get_size_bytes() == 0
    assert (tmp_path / "server.log.old").stat().st_size == MAX_LOG_BYTES + 1


def test_the_reason_is_quoted_rather_than_what_followed(tmp_path: Path) -> None:
    log = make_log(tmp_path / "server.log", b"FATAL:  earlier\nLOG: up\nFATAL:  disk full\nLOG: down\n\n")
    assert log.get_last_words(len("FATAL:  earlier\n")) == "FATAL:  disk full"
    assert log.get_last_words(len("FATAL:  earlier\nLOG: up\nFATAL:  disk full\n")) == "LOG: down"
    assert log.get_last_words(log.get_size_bytes()) == "(nothing)"
