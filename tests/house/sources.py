"""The files of this repository, as the house rules look at them."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
HUB = ROOT / "hub"
TESTS = ROOT / "tests"

# What nobody writes by hand, or what is not part of the repository.
PASSED_OVER = frozenset(
    {".git", ".venv", ".hub", "node_modules", "dist", "build", "__pycache__", "test-results"}
    | {".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache", ".hypothesis"}
)

TEXT_ENDINGS = frozenset(
    {".py", ".sql", ".md", ".toml", ".json", ".ts", ".tsx", ".mjs", ".css", ".html", ".yaml", ".yml", ".lock"}
)


def list_python(directory: Path) -> list[Path]:
    """All Python files below a directory."""
    return sorted(path for path in directory.rglob("*.py") if "__pycache__" not in path.parts)


def iterate_texts(directory: Path = ROOT) -> Iterator[tuple[Path, str]]:
    """Every text file people write, with its text."""
    for path in sorted(directory.iterdir()):
        if path.name in PASSED_OVER or path.name.endswith(".egg-info"):
            continue
        if path.is_dir():
            yield from iterate_texts(path)
        elif path.suffix in TEXT_ENDINGS or path.parent.name == ".ci":
            yield path, path.read_text("utf-8")


def show(path: Path) -> str:
    """The path as people name it."""
    return path.relative_to(ROOT).as_posix()
