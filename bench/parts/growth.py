"""Growth: how the time grows with members and with bytes."""

from __future__ import annotations

from collections.abc import Sequence

from bench import pex_file, tool
from bench.chart import Chart, Curve, write_chart
from bench.measure import sample
from bench.options import Options
from bench.place import ROOT, Place
from bench.report import Goal, Part, Table, megabytes, seconds

_PICTURE = "growth.svg"
_MEMBER_SIZE = 100
# What one more costs may be so many times as much at the largest as at the one before, and still count as
# linear: longer lists leave the processor's caches.
_LINEAR = 1.5


def measure(place: Place, options: Options) -> Part:
    """Measures packing of PEXes that grow in members and in bytes, and draws it.

    Args:
        place: Where.
        options: How much.

    Raises:
        PleasingError: One cannot be packed.
    """
    counts = list(pex_file.growing(10, options.most_members, 10))
    sizes = [*pex_file.growing(1_000_000, int(options.largest * 1e9), 10)]
    if sizes[-1] < options.largest * 1e9:
        sizes.append(int(options.largest * 1e9))
    members = [(count, *_pack(place, options, count, count * _MEMBER_SIZE)) for count in counts]
    bytes_ = [(size, *_pack(place, options, pex_file.members_for(size), size)) for size in sizes]
    write_chart(
        ROOT / "docs" / _PICTURE,
        [
            Chart(
                "members (100 bytes each)", "seconds", Curve([(count, time) for count, time, _ in members])
            ),
            Chart("bytes (members of 16 MiB)", "seconds", Curve([(size, time) for size, time, _ in bytes_])),
        ],
    )
    return Part(
        "How the time grows",
        "Packing, trusted, of PEXes of ten to a million members of 100 bytes, and of 1 MB to 4 GB of members"
        " of 16 MiB: the shortest of up to three runs. Both axes are logarithmic; a straight line at the"
        " grid's angle is linear growth, and what is level at the left is the start.",
        [
            Table(
                ["members", "shortest", "for each", "peak memory"],
                [
                    [f"{count:,}", seconds(time), f"{time / count * 1e6:,.0f} µs", megabytes(peak)]
                    for count, time, peak in members
                ],
            ),
            Table(
                ["bytes", "shortest", "in a second", "peak memory"],
                [
                    [f"{size / 1e6:,.0f} MB", seconds(time), f"{size / time / 1e6:,.0f} MB", megabytes(peak)]
                    for size, time, peak in bytes_
                ],
            ),
        ],
        [_goal("members", members), _goal("bytes", bytes_)],
        [],
        {},
        _PICTURE,
    )


def _pack(place: Place, options: Options, members: int, size: int) -> tuple[float, int]:
    """Returns seconds and bytes of memory."""
    program = tool.build_tool(place)
    folder = place.fresh("growth")
    pex = folder / "growing.pex"
    pex_file.write_pex(pex, members, size)
    runs = min(options.runs, 3)
    found = sample(runs, lambda number: tool.pack(place, program, pex, folder / "growing.zip", "--no-verify"))
    place.fresh("growth")
    return found.least, found.peak


def _goal(what: str, points: Sequence[tuple[int, float, int]]) -> Goal:
    start = points[0][1]
    (few, early, _), (many, late, _) = points[-2:]
    change = ((late - start) / many) / ((early - start) / few)
    return Goal(
        f"growth with {what}: linear",
        f"one more costs {change:.2f} times as much at {many:,} as at {few:,}",
        change <= _LINEAR,
    )
