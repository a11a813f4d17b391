"""Memory: what packing a large PEX holds at once."""

from __future__ import annotations

from bench import pex_file, tool
from bench.options import Options
from bench.place import Place
from bench.report import Goal, Part, Table, megabytes, seconds

_SIZE = 2_000_000_000
_LIMIT = 100_000_000


def measure(place: Place, options: Options) -> Part:
    """Measure the peak of memory with a PEX of 2 GB, of large members and of one that is all of it.

    Args:
        place: Where.
        options: How much.

    Raises:
        PleasingError: It cannot be packed.
    """
    program = tool.build_tool(place)
    folder = place.fresh("memory")
    rows, peaks = [], []
    shapes = {"16 MiB each": pex_file.members_for(_SIZE), "one": 1, "20,000": 20_000}
    try:
        for shape, members in shapes.items():
            pex = folder / "large.pex"
            pex_file.write_pex(pex, members, _SIZE)
            for mode in ("--no-verify", "--verify"):
                cost = tool.pack(place, program, pex, folder / "large.zip", mode)
                rows.append([shape, mode, seconds(cost.seconds), megabytes(cost.peak)])
                peaks.append(cost.peak)
    finally:
        place.fresh("memory")
    return Part(
        "Memory for a PEX of 2 GB",
        "lambda_zip packs a PEX of 2 GB of bytes that do not compress. The peak is the kernel's, of the whole"
        " process; a bare interpreter holds 10 MB of it.",
        [Table(["members", "contents", "time", "peak memory"], rows)],
        [Goal("memory: under 100 MB at its peak for a 2 GB PEX", megabytes(max(peaks)), max(peaks) < _LIMIT)],
        [],
        {},
    )
