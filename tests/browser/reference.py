"""The tables of the widget's reference, read from its own text so that no row can be forgotten."""

import re
from pathlib import Path

REFERENCE = (Path(__file__).with_name("pages") / "reference.txt").read_text("utf-8")


def list_properties() -> list[str]:
    """Names of all properties of `haloChatConfig`."""
    return re.findall(r"^(\w+) \| [\w ]+ \| (?:true|false) \|", REFERENCE, re.MULTILINE)


def list_events(direction: str) -> list[str]:
    """Names of all `inbound` or `outbound` events, without what all of them begin with."""
    return re.findall(rf"^haloChat_{direction}Event_(\w+) \|", REFERENCE, re.MULTILINE)


def list_texts() -> dict[str, str]:
    """The texts of `language` by their keys, as they are when a page gives none."""
    table = REFERENCE.partition("const language = {")[2].partition("\n}")[0]
    return dict(re.findall(r"^(\w+):\s*'([^']*)'", table, re.MULTILINE))
