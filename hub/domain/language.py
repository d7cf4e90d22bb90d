"""Languages as far as routing goes by them: the first part of a tag, so that `de-AT` and `de` are one."""

import re
from collections.abc import Collection, Sequence

from hub.domain.errors import BadRequest

PRIMARY = re.compile(r"[a-z]{2,3}")


def primary_language(tag: str | None) -> str | None:
    """`de` for `de-AT` and `DE_at`; None for what is no language tag."""
    primary = re.split("[-_]", (tag or "").strip().lower(), maxsplit=1)[0]
    return primary if PRIMARY.fullmatch(primary) else None


def clean_languages(tags: Sequence[str]) -> list[str]:
    """The languages, each once. BadRequest (field `languages`) for what is no language tag."""
    found = [primary_language(tag) for tag in tags]
    for tag, language in zip(tags, found, strict=True):
        if language is None:
            raise BadRequest(f"“{tag}” is no language: write such as de, en or pt-BR.", field="languages")
    return list(dict.fromkeys(language for language in found if language))


def speaks(languages: Collection[str], tag: str | None) -> bool:
    """Whether somebody of these languages speaks that of the tag. Where it is not known, everybody does."""
    wanted = primary_language(tag)
    return wanted is None or wanted in languages
