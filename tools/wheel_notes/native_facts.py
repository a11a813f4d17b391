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

from tools.errors import PleasingError
from tools.native.elf import Elf, SymbolVersion
from tools.native.kind import Kind
from tools.wheel_notes import NATIVE_FACTS_FILE

_FORMATS = "pleasing-native-"
_FORMAT = f"{_FORMATS}1"


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
    """Return facts as `load_facts` reads them: sorted, the same bytes for the same facts.

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


def load_facts(data: bytes, where: str = NATIVE_FACTS_FILE) -> Mapping[str, Fact]:
    """Return facts by path. A file of another's that happens to have the note's name has none.

    Args:
        data: A file's bytes.
        where: The file, for messages.

    Raises:
        PleasingError: It is a note, and cannot be read.
    """
    try:
        document = json.loads(data)
        format_name = document["format"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    if not isinstance(format_name, str) or not format_name.startswith(_FORMATS):
        return {}
    try:
        if format_name != _FORMAT:
            raise ValueError(f"its format is {format_name!r}, not {_FORMAT!r}")
        return {path: _fact(path, values) for path, values in document["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PleasingError(
            f"{where} is a note of lambda_wheel, and cannot be read ({error or type(error).__name__}); build the "
            "distribution's python_requirement anew, and do not write such files by other means"
        ) from error


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
