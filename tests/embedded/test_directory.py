import os
import stat
from pathlib import Path

import pytest

from hub.embedded.directory import DataDirectory, open_data_directory
from hub.embedded.pair import EmbeddedError, EmbeddedPair, find_running
from hub.embedded.placement import find_server_files
from tests.embedded.snapshots import describe_tree


def test_somebody_elses_directory_is_refused_and_stays_untouched(tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("Once")
    before = describe_tree(tmp_path)

    with pytest.raises(
        EmbeddedError, match="holds files that are not the hub's: choose an empty or a new one"
    ):
        EmbeddedPair(tmp_path).start()

    assert describe_tree(tmp_path) == before
    assert find_running(tmp_path) is None


def test_a_file_is_refused_as_data_directory(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("text")
    with pytest.raises(EmbeddedError, match="is not a directory: choose another one"):
        EmbeddedPair(path).start()
    assert path.read_text() == "text"


def test_a_directory_that_is_not_the_hubs_to_write_is_refused(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(tmp_path, 65534, 65534)
    else:
        tmp_path.chmod(0o500)

    with pytest.raises(
        EmbeddedError, match=r"belongs to another account: run the hub as|not this account's to write"
    ):
        EmbeddedPair(tmp_path).start()

    assert list(tmp_path.iterdir()) == []
    tmp_path.chmod(0o700)


def test_a_directory_that_cannot_be_created_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    with pytest.raises(EmbeddedError, match=r"file/data.*choose"):
        EmbeddedPair(tmp_path / "file" / "data").start()


def test_a_fresh_volume_counts_as_empty_and_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "lost+found").mkdir()
    tmp_path.chmod(0o755)

    directory = open_data_directory(tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == {"lost+found", directory.mark.name}
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    assert open_data_directory(tmp_path) == directory


def test_neither_secrets_nor_data_nor_logs_can_be_read_by_others(used_data_dir: Path) -> None:
    with EmbeddedPair(used_data_dir) as pair:
        pair.start()
        data = DataDirectory(used_data_dir)
        files = find_server_files(data)
        assert files is not None
        private = [data.secrets, data.run_record, data.placement, data.lock, files.lock, files.postgres_log]
        private += [files.valkey_log, files.postgres_home, files.cluster, files.valkey_home, files.sockets]
        assert [path.name for path in private if path.stat().st_mode & 0o077] == []
