"""Packs and imports real distributions: `python3 -m tests.real [--all | NAME...]`; without either, the sample of ten."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.real.distributions import DISTRIBUTIONS, SAMPLE
from tests.real.trial import try_out


def main() -> int:
    """Run the command, and return its exit status."""
    parser = argparse.ArgumentParser(prog="tests.real", description="Packs and imports real distributions.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(DISTRIBUTIONS)}")
    parser.add_argument("--all", action="store_true", help="all of them")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in DISTRIBUTIONS]
    if unknown:
        parser.error(f"not in the list: {', '.join(unknown)}")
    chosen = (
        DISTRIBUTIONS.values() if options.all else [DISTRIBUTIONS[name] for name in options.names] or SAMPLE
    )
    failed = 0
    for real in chosen:
        start = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            try:
                outcome = try_out(real, Path(folder))
            except subprocess.SubprocessError as error:
                print(f"{real.name:<26} {real.pin:<14} FAILED {error}", flush=True)
                failed += 1
                continue
        failed += bool(outcome.problems)
        seconds = time.monotonic() - start
        word = "FAILED" if outcome.problems else "passed"
        print(
            f"{real.name:<26} {real.pin:<14} {word} {outcome.files:>6,} files {outcome.zip_bytes:>12,} bytes "
            f"{seconds:>5.1f} s  {outcome.gate and 'gate: ' + outcome.gate}",
            flush=True,
        )
        for problem in outcome.problems:
            print(f"    {problem}")
    print(f"{len(chosen) - failed} of {len(chosen)} passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
