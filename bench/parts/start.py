"""Start: what the helper does before it opens its input."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from bench import pex_file, tool
from bench.measure import Cost, interleaved, run
from bench.options import Options
from bench.place import Place
from bench.report import Goal, Part, Table, seconds, spread

_LIMIT = 0.050
_RUNS = 4  # times the runs that are asked for, as one is short


def measure(place: Place, options: Options) -> Part:
    """Measure the start, and the packing of a PEX with next to nothing in it.

    Args:
        place: Where.
        options: How much.

    Raises:
        PleasingError: It cannot be packed.
    """
    program = tool.build_tool(place)
    folder = place.fresh("start")
    tiny = folder / "tiny.pex"
    pex_file.write_pex(tiny, 1, 100)
    pipe = folder / "pipe.pex"
    os.mkfifo(pipe)

    def bare() -> Cost:
        return run([place.python, "-I", "-S", "-c", "pass"], folder, place.environment())

    titles = [
        "from start to the opening of the input",
        "the whole of packing a PEX of four files",
        "a bare interpreter",
    ]
    opening, _whole, interpreter = samples = interleaved(
        options.runs * _RUNS,
        [
            lambda number: _until_open(place, program, pipe),
            lambda number: tool.pack(place, program, tiny, folder / "tiny.zip", "--no-verify"),
            lambda number: bare(),
        ],
    )
    rows = [[title, seconds(one.median), spread(one)] for title, one in zip(titles, samples)]
    return Part(
        "The helper's start",
        "lambda_zip as a rule runs it: `python3 -I -S` and one file with its modules. Its input is a named"
        " pipe here, and the time ends where it opens that.",
        [Table(["", "median", "shortest to longest"], rows)],
        [
            Goal(
                "start: under 50 ms before the input is opened",
                f"{seconds(opening.median)}, of which the interpreter is {seconds(interpreter.median)}",
                opening.median < _LIMIT,
            )
        ],
        [],
        {},
    )


def _until_open(place: Place, program: Path, pipe: Path) -> Cost:
    command = [place.python, "-I", "-S", program, "pack", pipe, "--output", pipe.with_suffix(".zip")]
    command += ["--handler", pex_file.HANDLER, "--no-verify", "--runtime", place.runtime]
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(word) for word in command],
        cwd=pipe.parent,
        env=place.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    # Opening for writing waits until the other end is opened for reading.
    end = os.open(pipe, os.O_WRONLY)
    taken = time.perf_counter() - began
    os.close(end)
    process.wait()  # It has found an empty archive, and says so.
    return Cost(taken, taken, 0)
