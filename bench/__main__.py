"""Runs the benchmarks: `python3 -m bench [PART ...]`. Without a part, all of them, in about half an hour.

Needs Python 3.10 or newer and pip's configured way to packages; `plz` on PATH for the parts that build. All
that is made and fetched is below plz-out/bench; inputs that are large go when their part is done.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time

from bench.options import Options
from bench.place import Place
from bench.report import Part, as_text, save, write_document
from tools.errors import PleasingError

PARTS = ("pack", "edit", "monorepo", "memory", "start", "growth", "lock", "invoke", "tidy")


def main() -> int:
    """Run the parts that the command line names, and return 0 where each could be measured."""
    parser = argparse.ArgumentParser(
        prog="python3 -m bench", description="Measures this project beside others."
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one of {', '.join(PARTS)}; default: all")
    parser.add_argument("--runs", type=int, default=5, help="runs of each measurement (default: %(default)s)")
    parser.add_argument(
        "--functions", type=int, default=200, help="functions of monorepo (default: %(default)s)"
    )
    parser.add_argument(
        "--largest", type=float, default=4.0, help="GB of growth's largest PEX (default: %(default)s)"
    )
    parser.add_argument(
        "--most-members",
        type=int,
        default=1_000_000,
        help="members of growth's longest PEX (default: %(default)s)",
    )
    parser.add_argument("--note", default="", help="what a reader of the numbers should know of the machine")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.parts if name not in PARTS]
    if unknown:
        parser.error(f"there is no part {unknown[0]}; there are {', '.join(PARTS)}")
    options = Options(
        arguments.runs, arguments.functions, arguments.largest, arguments.most_members, arguments.note
    )
    place = Place()
    status = 0
    for name in arguments.parts or PARTS:
        began = time.monotonic()
        print(f"== {name}", flush=True)
        try:
            part: Part = importlib.import_module(f"bench.parts.{name}").measure(place, options)
        except PleasingError as error:
            print(error.render(name), file=sys.stderr)
            status = 1
            continue
        save(place, name, part)
        print(as_text(part))
        print(f"({time.monotonic() - began:.0f} s)\n", flush=True)
    write_document(place, PARTS, options.note)
    return status


if __name__ == "__main__":
    sys.exit(main())
