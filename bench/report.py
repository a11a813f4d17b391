"""Report: what was measured, as text and as docs/benchmarks.md."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from typing import NamedTuple, Optional

from bench import machine
from bench.measure import Sample
from bench.place import ROOT, Place

DOCUMENT = ROOT / "docs" / "benchmarks.md"


class Goal(NamedTuple):
    """One aim and what came of it."""

    aim: str
    result: str
    reached: bool


class Table(NamedTuple):
    """Rows under a header; all but the first column are aligned to the right."""

    header: list[str]
    rows: list[list[str]]


class Part(NamedTuple):
    """What one part of the benchmark found.

    Attributes:
        title: Its heading.
        about: What was measured, and how; a paragraph.
        tables: The numbers.
        goals: What was aimed at.
        notes: What limits the numbers.
        versions: Name and version of what was measured beside this project.
        picture: File name of a plot in `docs`, if any.
        date: ISO date of the run.
    """

    title: str
    about: str
    tables: list[Table]
    goals: list[Goal]
    notes: list[str]
    versions: dict[str, str]
    picture: Optional[str] = None
    date: str = ""


def seconds(value: float) -> str:
    """Return a time for people.

    Args:
        value: In seconds.
    """
    if value < 0.0995:
        return f"{value * 1000:.0f} ms"
    return f"{value:.2f} s" if value < 9.995 else f"{value:.1f} s"


def spread(found: Sample) -> str:
    """Return the shortest and longest run of a sample, for people.

    Args:
        found: The sample.
    """
    return f"{seconds(found.least)} to {seconds(found.most)}"


def megabytes(value: int) -> str:
    """Return a size for people.

    Args:
        value: In bytes.
    """
    return f"{value / 1e6:.1f} MB"


def ratio(value: float, other: float) -> str:
    """Return how many times one number is the other.

    Args:
        value: The first.
        other: What it is compared with.
    """
    return f"{value / other:.1f} x" if value / other < 99.5 else f"{value / other:.0f} x"


def as_text(part: Part) -> str:
    """Return a part for a terminal.

    Args:
        part: The part.
    """
    lines = [part.title, part.about, ""]
    for table in part.tables:
        rows = [table.header, *table.rows]
        widths = [max(len(row[column]) for row in rows) for column in range(len(table.header))]
        for row in rows:
            cells = [
                row[0].ljust(widths[0]),
                *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:])),
            ]
            lines.append("  ".join(cells).rstrip())
        lines.append("")
    lines.extend(
        f"{'reached' if goal.reached else 'MISSED '}  {goal.aim}: {goal.result}" for goal in part.goals
    )
    lines.extend(f"note: {note}" for note in part.notes)
    return "\n".join(lines)


def save(place: Place, name: str, part: Part) -> None:
    """Keep a part, so that the document can be written from parts that ran at different times.

    Args:
        place: Where.
        name: The part's name.
        part: What it found.
    """
    folder = place.folder / "results"
    folder.mkdir(exist_ok=True)
    dated = part._replace(date=datetime.date.today().isoformat())
    (folder / f"{name}.json").write_text(json.dumps(dated._asdict(), indent=1), "utf-8")


def write_document(place: Place, names: Sequence[str], note: str) -> None:
    """Write docs/benchmarks.md from the newest result of each part.

    Args:
        place: Where the results are.
        names: The parts, in the document's order.
        note: What a reader should know of the machine.
    """
    parts = [part for part in (_load(place, name) for name in names) if part is not None]
    versions: dict[str, str] = {}
    for part in parts:
        versions.update(part.versions)
    lines = [
        "# Benchmarks",
        "",
        (
            "Written by `python3 -m bench`; run it to have the numbers of your machine. Times are the median"
            " of several"
        ),
        (
            "runs, with the shortest and the longest; the runs of what is compared take turns. Memory is the"
            " peak of the"
        ),
        "largest process. Everything installs from one folder of wheels, so that no network is measured.",
        "",
        "| | |",
        "|---|---|",
        *(f"| {name} | {value} |" for name, value in machine.description()),
        *(f"| {name} | {version} |" for name, version in sorted(versions.items())),
    ]
    if note:
        lines += ["", note]
    goals = [(part.title, goal) for part in parts for goal in part.goals]
    lines += ["", "## Aims", "", "| aim | result | reached |", "|---|---|---|"]
    lines += [f"| {goal.aim} | {goal.result} | {'yes' if goal.reached else '**no**'} |" for _, goal in goals]
    for part in parts:
        lines += ["", f"## {part.title}", "", part.about]
        for table in part.tables:
            lines += ["", _row(table.header), _row(["---", *("--:" for _ in table.header[1:])])]
            lines += [_row(row) for row in table.rows]
        if part.picture:
            lines += ["", f"![{part.title}]({part.picture})"]
        if part.notes:
            lines += ["", *(f"- {text}" for text in part.notes)]
        lines += ["", f"Measured on {part.date}."]
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text("\n".join(lines) + "\n", "utf-8")


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _load(place: Place, name: str) -> Optional[Part]:
    path = place.folder / "results" / f"{name}.json"
    if not path.exists():
        return None
    values = json.loads(path.read_text("utf-8"))
    values["tables"] = [Table(*table) for table in values["tables"]]
    values["goals"] = [Goal(*goal) for goal in values["goals"]]
    return Part(**values)
