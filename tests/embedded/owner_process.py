"""A hub reduced to its embedded pair: prints the addresses, and stops the pair at the end of its input.

Started by `owners`, as `owner_process.py DATA_DIRECTORY [guardian]`.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from hub.embedded.pair import EmbeddedError, EmbeddedPair
from hub.embedded.parent_death import GuardianDeathWatch, make_death_watch


def main(data_dir: str, watch: str = "best") -> None:
    """Owns the pair until the input ends."""
    with EmbeddedPair(
        Path(data_dir), make_death_watch=GuardianDeathWatch if watch == "guardian" else make_death_watch
    ) as pair:
        print(json.dumps(asdict(pair.start())), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except EmbeddedError as error:
        sys.exit(str(error))
