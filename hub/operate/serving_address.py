"""Where the hub that owns a data directory serves, so that commands on the directory can say it."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

FILE = "address"


@contextlib.contextmanager
def noted_address(data_dir: Path, base_url: str) -> Iterator[None]:
    """Keeps the address in the data directory for as long as the block runs."""
    place = data_dir / FILE
    place.write_text(base_url + "\n", "utf-8")
    try:
        yield
    finally:
        place.unlink(missing_ok=True)


def find_address(data_dir: Path) -> str | None:
    """The address noted last; to be believed only while a hub runs on the directory."""
    try:
        return (data_dir / FILE).read_text("utf-8").strip() or None
    except OSError:
        return None
