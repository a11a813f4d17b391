"""Edit: one line of a handler changes, and its zip is made again, by this project and by others."""

from __future__ import annotations

import os
from collections.abc import Sequence

from bench import peer
from bench.function import ECHO, PLOT, Function
from bench.measure import Cost, Sample, interleaved
from bench.options import Options
from bench.packagers.every import NOT_RUN, all_for, versions
from bench.packagers.installer import Pip
from bench.packagers.packager import Packager
from bench.packagers.please import Pleasing
from bench.place import Place
from bench.report import Goal, Part, Table, megabytes, ratio, seconds, spread

_HEADER = ["way to the zip", "median", "shortest to longest", "processor", "to ours", "peak memory", "zip"]


def measure(place: Place, options: Options) -> Part:
    """Measure rebuilds after an edit.

    Args:
        place: Where.
        options: How much.

    Raises:
        PleasingError: Something cannot be built.
    """
    peer.fill_wheelhouse(place)
    tables, found = [], {}
    for function in (PLOT, ECHO):
        packagers = all_for(place, function)
        samples = _rebuilds(packagers, options.runs)
        found[function.name] = dict(zip((one.title for one in packagers), samples))
        tables.append(_table(function, packagers, samples))
        for one in packagers:
            one.close()
    plot, echo = found[PLOT.name], found[ECHO.name]
    ours = Pleasing.title
    peers = [one.title for one in packagers if one.peer]
    best = min(peers, key=lambda title: plot[title].median)
    pip = Pip.title
    times = plot[best].median / plot[ours].median
    goals = [
        Goal(
            "plot, one line edited: 5 times faster than the best peer",
            f"{seconds(plot[ours].median)}, {times:.1f} times faster than {best}",
            times >= 5,
        ),
        Goal(
            "echo, one line edited: not slower than pip install --target and zip",
            f"{seconds(echo[ours].median)} against {seconds(echo[pip].median)}",
            echo[ours].median <= echo[pip].median,
        ),
    ]
    return Part(
        "One line edited, and the zip made again",
        "Each packager has built the function once, so that its caches are warm. Then one line of the handler"
        " changes, and it builds again. Please's time is that of its whole run: it reads the build files,"
        " builds the PEX, and packs it with all checks but --verify.",
        tables,
        goals,
        list(NOT_RUN),
        versions(place),
    )


def _rebuilds(packagers: Sequence[Packager], runs: int) -> list[Sample]:
    for one in packagers:
        one.build()

    def rebuild(one: Packager, number: int) -> Cost:
        one.edit(number + 1)
        # What the one before wrote is not to be this one's load.
        os.sync()
        return one.build()

    return interleaved(runs, [lambda number, one=one: rebuild(one, number) for one in packagers])  # type: ignore[misc]


def _table(function: Function, packagers: Sequence[Packager], samples: Sequence[Sample]) -> Table:
    ours = samples[0].median
    rows = [
        [
            one.title,
            seconds(found.median),
            spread(found),
            seconds(found.cpu),
            ratio(found.median, ours),
            megabytes(found.peak),
            megabytes(one.zip().stat().st_size),
        ]
        for one, found in zip(packagers, samples)
    ]
    return Table([f"{function.name}: {_HEADER[0]}", *_HEADER[1:]], rows)
