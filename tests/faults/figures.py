"""What the trials measured, beside what the catalogue of faults aims at; printed at the end of the run."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the summary: the fault, the seed, what happened, what is aimed at."""

    fault: str
    happened: str
    aim: str = ""


@dataclass
class Figures:
    """All of a run."""

    lines: list[Figure] = field(default_factory=list)

    def add(self, fault: str, happened: str, aim: str = "") -> None:
        """One more line."""
        self.lines.append(Figure(fault, happened, aim))

    def render(self) -> list[str]:
        """The summary as a table."""
        widths = [max(len(line.fault) for line in self.lines), max(len(line.happened) for line in self.lines)]
        return [
            f"{line.fault:<{widths[0]}}  {line.happened:<{widths[1]}}  {line.aim}".rstrip()
            for line in self.lines
        ]


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all does not exceed; 0 without any."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def show_s(values: Sequence[float]) -> str:
    """Median, 99th percentile and maximum, in seconds."""
    return f"{percentile(values, 0.5):.3f}/{percentile(values, 0.99):.2f}/{max(values, default=0.0):.2f} s"
