"""Mutates PEXes of all kinds for as long as asked: `python3 -m tests.fuzz --minutes 60 [--seed N]`.

Each case is known by the run's seed and its number, and can be run again: `--replay SEED:NUMBER`. Exit status
1 where something was found; what is found is printed, and kept in the file that `--findings` names.
"""

from __future__ import annotations

import argparse
import collections
import json
import resource
import secrets
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from types import FrameType
from typing import Optional

from tests.fuzz.subject import FindingError, Subject, Verdict, case_random, subjects

# Seconds that a case may take, and bytes of memory that the process may.
_LIMIT = 20
_MEMORY = 2 << 30
# Where files are not written to a disk, as each case writes several.
_MEMORY_DISK = Path("/dev/shm")


class _TooLong(BaseException):
    """A case that does not end. Not an Exception, so that nothing takes it for one of its own."""


def main() -> int:
    """Run the command, and return its exit status."""
    parser = argparse.ArgumentParser(prog="tests.fuzz", description="Mutates PEXes and packs them.")
    parser.add_argument("--minutes", type=float, default=1.0, help="how long (default: 1)")
    parser.add_argument(
        "--seed", type=int, default=None, help="of the run (default: a new one, which is printed)"
    )
    parser.add_argument("--cases", type=int, default=None, help="so many and no more, however long they take")
    parser.add_argument("--replay", metavar="SEED:NUMBER", help="one case again, with its traceback")
    parser.add_argument(
        "--findings", type=Path, default=None, help="file that findings are added to, one JSON a line"
    )
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    signal.signal(signal.SIGALRM, _stop)
    with tempfile.TemporaryDirectory(dir=_MEMORY_DISK if _MEMORY_DISK.is_dir() else None) as folder:
        made = subjects(Path(folder))
        if options.replay:
            seed, _, number = options.replay.partition(":")
            print(_choose(made, int(seed), int(number))[1])
            return 0
        seed = options.seed if options.seed is not None else secrets.randbelow(1 << 32)
        return _campaign(made, seed, options.minutes * 60, options.cases, options.findings)


def _choose(made: list[Subject], seed: int, number: int) -> tuple[Subject, Verdict]:
    random = case_random(seed, number)
    subject = random.choice(made)
    signal.alarm(_LIMIT)
    try:
        return subject, subject.case(random)
    finally:
        signal.alarm(0)


def _campaign(
    made: list[Subject], seed: int, seconds: float, cases: Optional[int], keep: Optional[Path]
) -> int:
    print(f"seed {seed}", flush=True)
    words: collections.Counter[str] = collections.Counter()
    messages: collections.Counter[str] = collections.Counter()
    found = number = 0
    start = shown = time.monotonic()
    while (time.monotonic() - start < seconds) if cases is None else number < cases:
        try:
            verdict = _choose(made, seed, number)[1]
            words[verdict.word] += 1
            messages[_shape(verdict.message)] += 1
        except (Exception, _TooLong) as error:
            found += 1
            what = str(error) if isinstance(error, FindingError) else traceback.format_exc()
            print(f"found by {seed}:{number}: {what}", flush=True)
            if keep is not None:
                with keep.open("a") as file:
                    file.write(json.dumps({"seed": seed, "case": number, "what": what}) + "\n")
        number += 1
        if time.monotonic() - shown > 60:
            shown = time.monotonic()
            print(f"{number} cases, {found} findings", flush=True)
    minutes = (time.monotonic() - start) / 60
    print(f"seed {seed}: {number} cases in {minutes:.1f} minutes, {found} findings; {dict(words)}")
    print(f"{len(messages)} kinds of messages")
    return 1 if found else 0


def _shape(message: str) -> str:
    """Return a message without its numbers and name, to count kinds."""
    import re

    return re.sub(r"'[^']*'|[0-9a-f]{4,}|\d+", "*", message)[:80]


def _stop(number: int, frame: Optional[FrameType]) -> None:
    raise _TooLong(f"more than {_LIMIT} seconds")


if __name__ == "__main__":
    sys.exit(main())
