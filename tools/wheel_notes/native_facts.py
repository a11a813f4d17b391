"""A summary of native files' headers, made once where a wheel is unpacked and trusted where it is packed.

Reading what a library needs takes inflating nearly all of it, as the linker puts the dynamic section behind
the code: three times what copying a whole PEX takes. A wheel is unpacked once for each platform, and Please
keeps what came of it. So each fact is written there, with the file's CRC-32 and size, which a zip's
directory has too: a file that is not the one that was read is read again. That keeps out mistakes, and not
somebody who wants to be let in, as CRC-32 can be forged; archives of unknown origin are to be read, whatever
is written in them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Optional

from tools.native.elf import Elf, SymbolVersion
from tools.native.kind import Kind

_FORMAT = "pleasing-native-1"


class Fact(NamedTuple):
    """What is known of one native file.

    Attributes:
        path: Where it is, below the folder that its wheel was unpacked to.
        crc: CRC-32 of its bytes.
        size: Its size in bytes.
        kind: What it is.
        elf: Its needs, for an ELF file that could be read.
        unreadable: Why it could not be read, for an ELF file that could not.
    """

    path: str
    crc: int
    size: int
    kind: Kind
    elf: Optional[Elf]
    unreadable: Optional[str]


def dump_facts(facts: Iterable[Fact]) -> bytes:
    """Returns facts as `load_facts` reads them: sorted, the same bytes for the same facts.

    Args:
        facts: The facts.
    """
    files = {
        fact.path: {
            "crc": fact.crc,
            "size": fact.size,
            "kind": fact.kind.name,
            "elf": fact.elf._asdict() if fact.elf else None,
            "unreadable": fact.unreadable,
        }
        for fact in facts
    }
    document = {"format": _FORMAT, "files": files}
    return (json.dumps(document, sort_keys=True, separators=(",", ":")) + "\n").encode()


def load_facts(data: bytes) -> Mapping[str, Fact]:
    """Returns facts by path; none where the bytes are not what `dump_facts` writes.

    Args:
        data: A file's bytes.
    """
    try:
        document = json.loads(data)
        if document["format"] != _FORMAT:
            return {}
        return {path: _fact(path, values) for path, values in document["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _fact(path: str, values: Mapping[str, Any]) -> Fact:
    elf = None
    if values["elf"] is not None:
        fields = dict(values["elf"])
        symbols = tuple(
            SymbolVersion(library, family, tuple(version))
            for library, family, version in fields.pop("symbols")
        )
        for name in ("needed", "rpath", "runpath"):
            fields[name] = tuple(fields[name])
        elf = Elf(**fields, symbols=symbols)
    return Fact(
        path, int(values["crc"]), int(values["size"]), Kind[values["kind"]], elf, values["unreadable"]
    )
