"""Floor: what any tool has to do that writes and hashes a zip, and how long the machine takes for that."""

from __future__ import annotations

from pathlib import Path

from bench.measure import Cost, run
from bench.place import Place

_PROGRAM = (
    "import hashlib,sys\n"
    "d=hashlib.sha256()\n"
    "with open(sys.argv[1],'rb',0) as i, open(sys.argv[2],'wb',0) as o:\n"
    "    while p:=i.read(1<<20): d.update(p); o.write(p)\n"
)


def hash_and_copy(place: Place, source: Path, target: Path) -> Cost:
    """Read a file once, hash it with Python's hashlib and write a copy.

    Args:
        place: Where.
        source: The file.
        target: The copy.
    """
    target.unlink(missing_ok=True)
    command = [place.python, "-I", "-S", "-c", _PROGRAM, source, target]
    return run(command, target.parent, place.environment())
