"""Growth: how the time grows with members and with bytes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

from bench import pex_file, tool
from bench.chart import Chart, Curve, write_chart
from bench.floor import hash_and_copy
from bench.measure import Cost, interleaved
from bench.options import Options
from bench.place import ROOT, Place
from bench.report import Goal, Part, Table, megabytes, seconds

_PICTURE = "growth.svg"
_MEMBER_SIZE = 100
# What one more costs may be so many times as much at the largest as at the one before, and still count as
# linear: longer lists leave the processor's caches.
_LINEAR = 1.5


def measure(place: Place, options: Options) -> Part:
    """Measure packing of PEXes that grow in members and in bytes, and draw it.

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
    members = [_pack(place, options, count, count, count * _MEMBER_SIZE) for count in counts]
    bytes_ = [_pack(place, options, size, pex_file.members_for(size), size) for size in sizes]
    write_chart(
        ROOT / "docs" / _PICTURE,
        [
            Chart("members (100 bytes each)", "processor seconds", _curve(members)),
            Chart("bytes (members of 16 MiB)", "processor seconds", _curve(bytes_)),
        ],
    )
    return Part(
        "How the time grows",
        "Packing, trusted, of PEXes of ten to a million members of 100 bytes, and of 1 MB to 4 GB of members"
        " of 16 MiB: the shortest of up to three runs. Both axes are logarithmic; where the curve runs at the"
        " grid's angle, growth is linear, and what is level at the left is the start. It is drawn and judged"
        " by the processor's time, in user code and in the kernel. What the kernel takes for a byte grows"
        " with the file by itself, as its cache fills: so the bytes stand beside what Python takes to read,"
        " hash and copy the same file and do nothing else, in runs that take turns, and are judged by that.",
        [
            Table(
                ["members", "shortest", "processor", "processor, each", "peak memory"],
                [
                    [
                        f"{point.size:,}",
                        seconds(point.cost.seconds),
                        seconds(point.cost.cpu),
                        f"{point.cost.cpu / point.size * 1000000.0:,.0f} µs",
                        megabytes(point.cost.peak),
                    ]
                    for point in members
                ],
            ),
            Table(
                ["bytes", "shortest", "processor", "hash and copy alone", "its processor", "peak memory"],
                [
                    [
                        f"{point.size / 1000000.0:,.0f} MB",
                        seconds(point.cost.seconds),
                        seconds(point.cost.cpu),
                        seconds(point.floor.seconds),
                        seconds(point.floor.cpu),
                        megabytes(point.cost.peak),
                    ]
                    for point in bytes_
                ],
            ),
        ],
        [_members_goal(members), _bytes_goal(bytes_)],
        [],
        {},
        _PICTURE,
    )


class _Point(NamedTuple):
    """What packing a PEX of some size took, and hashing and copying it."""

    size: int
    cost: Cost
    floor: Cost


def _pack(place: Place, options: Options, size: int, members: int, content: int) -> _Point:
    program = tool.build_tool(place)
    folder = place.fresh("growth")
    pex = folder / "growing.pex"
    pex_file.write_pex(pex, members, content)

    def pack(number: int) -> Cost:
        # What was written before is not to be this run's load.
        os.sync()
        return tool.pack(place, program, pex, folder / "growing.zip", "--no-verify")

    def copy(number: int) -> Cost:
        (folder / "growing.zip").unlink(missing_ok=True)
        os.sync()
        cost = hash_and_copy(place, pex, folder / "copy")
        (folder / "copy").unlink()
        return cost

    packed, copied = interleaved(min(options.runs, 3), [pack, copy])
    place.fresh("growth")
    return _Point(size, *(min(found.costs, key=lambda cost: cost.cpu) for found in (packed, copied)))


def _curve(points: Sequence[_Point]) -> Curve:
    return Curve([(point.size, point.cost.cpu) for point in points])


def _members_goal(points: Sequence[_Point]) -> Goal:
    change = _change(points, [point.cost for point in points])
    few, many = points[-2:]
    return Goal(
        "growth with members: linear",
        f"one more costs {change:.2f} times as much at {many.size:,} as at {few.size:,}",
        change <= _LINEAR,
    )


def _bytes_goal(points: Sequence[_Point]) -> Goal:
    change = _change(points, [point.cost for point in points])
    floor = _change(points, [point.floor for point in points])
    few, many = points[-2:]
    return Goal(
        "growth with bytes: linear",
        f"a byte costs {change:.2f} times as much at {many.size / 1e9:.0f} GB as at {few.size / 1e9:.0f} GB;"
        f" to read, hash and copy it alone, {floor:.2f} times",
        change <= _LINEAR * max(floor, 1.0),
    )


def _change(points: Sequence[_Point], costs: Sequence[Cost]) -> float:
    """Return what one more costs at the largest size, to what it costs at the one before; without the start."""
    start, few, many = costs[0].cpu, costs[-2].cpu, costs[-1].cpu
    return ((many - start) / points[-1].size) / ((few - start) / points[-2].size)
