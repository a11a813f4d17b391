"""Pex file: a PEX in Please's shape, of any number of members and bytes, made to be packed."""

from __future__ import annotations

import os
import random
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from bench.measure import run
from bench.place import ROOT

_DATE = (2001, 1, 1, 0, 0, 0)
_LARGE = 1 << 24  # bytes of a member, where it is bytes that count
_HANDLER = b"def handler(event, context):\n    return event\n"
HANDLER = "svc/app.py:handler"


def write_pex(path: Path, members: int, size: int) -> None:
    """Write a PEX, in a process of its own: the memory that it takes is not to be this one's.

    Args:
        path: The file.
        members: How many files there are in it, besides the few that make it a PEX.
        size: Bytes of them all, which do not compress.

    Raises:
        PleasingError: It cannot be written.
    """
    command = [sys.executable, "-m", "bench.pex_file", path, members, size]
    run(command, ROOT, dict(os.environ), path.with_suffix(".log"))


def _write(path: Path, members: int, size: int) -> None:
    """Write a PEX.

    Args:
        path: The file.
        members: How many files there are in it, besides the few that make it a PEX.
        size: Bytes of them all, which do not compress.
    """
    random_bytes = random.Random(0).randbytes
    with path.open("wb") as file:
        file.write(b"#!/usr/bin/env python3\n")
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name, data in ((".bootstrap/plz.py", b""), ("__main__.py", b""), ("svc/app.py", _HANDLER)):
                archive.writestr(_info(name), data)
            left = size
            for number in range(members):
                share = left // (members - number)
                left -= share
                # Folders of a hundred, as packages have them.
                info = _info(f"third_party/python/pkg{number // 100:05}/data{number % 100:02}.bin")
                with archive.open(info, "w", force_zip64=share >= 1 << 31) as member:
                    while share:
                        piece = min(share, 1 << 20)
                        member.write(random_bytes(piece))
                        share -= piece


def members_for(size: int) -> int:
    """Return how many members of at most 16 MiB make up a size.

    Args:
        size: In bytes.
    """
    return max(1, -(-size // _LARGE))


def growing(first: int, last: int, factor: int) -> Iterator[int]:
    """Yield numbers from the first to the last, each some times the one before.

    Args:
        first: The first.
        last: The last that may come.
        factor: How many times.
    """
    number = first
    while number <= last:
        yield number
        number *= factor


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _DATE)
    info.external_attr = 0o100644 << 16
    info.create_system = 3
    return info


if __name__ == "__main__":
    _write(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
