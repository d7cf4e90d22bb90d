"""What only a run of all faults tries."""

import pytest


def only_whole(*values: object) -> list[object]:
    """Parameters that a quick run leaves out; the quick ones stand before them."""
    return [pytest.param(value, marks=pytest.mark.whole) for value in values]
