"""A wheel's binaries, read to see where they load."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Optional

from tools.archive.member import Member
from tools.archive.reader import ArchiveReader
from tools.aws.platform import Platform
from tools.native.elf import ElfError, read_elf
from tools.native.gate import NativeFile, check
from tools.native.kind import HEAD_SIZE, Kind, kind_of
from tools.native.stream import Stream

# Text, or what no loader is handed: not worth inflating.
_NOT_NATIVE = re.compile(
    r"\.(?:pyi?|pyx|pxd|c|cc|cpp|h|hpp|txt|md|rst|json|csv|toml|ya?ml|cfg|ini|html?|css|js|svg|png|jpe?g|gif|typed|po|mo"
    r"|ttf|afm|npy|npz|gz|zip|whl)$|(?:^|/)[^/]+\.dist-info/",
    re.IGNORECASE,
)


def read_binaries(members: Iterable[Member], distribution: str) -> Iterator[tuple[Member, NativeFile]]:
    """Yield a wheel's native files with what their headers say.

    Args:
        members: The wheel's files.
        distribution: How messages call it.
    """
    for member in members:
        if member.size and not _NOT_NATIVE.search(member.name):
            file = _read_binary(member, distribution)
            if file is not None:
                yield member, file


def _read_binary(member: Member, distribution: str) -> Optional[NativeFile]:
    stream = Stream(lambda: member.source.chunks(member))
    kind = kind_of(stream.read(0, HEAD_SIZE))
    if kind is not Kind.ELF:
        return None if kind is None else NativeFile(member.name, distribution, kind)
    try:
        return NativeFile(member.name, distribution, kind, read_elf(stream.read))
    except ElfError as error:
        return NativeFile(member.name, distribution, kind, unreadable=str(error))


def why_not(archive: ArchiveReader, distribution: str, platform: Platform) -> Sequence[str]:
    """Return why a wheel's binaries do not load on a platform of Lambda; nothing where they do.

    Args:
        archive: The wheel.
        distribution: How messages call it.
        platform: One of Lambda's.
    """
    assert platform.runtime is not None
    assert platform.architecture is not None
    files = [file for _, file in read_binaries(archive.members, distribution)]
    names = {member.name for member in archive.members}
    return check(files, platform.runtime, platform.architecture, names).problems
