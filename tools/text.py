"""Sizes and names as people read them."""

from __future__ import annotations

import re
from collections.abc import Iterable

# A name of this many characters is still shown in full.
_SHOWN = 200


def human(size: int) -> str:
    """Return a size for people, such as `1.4 MiB`.

    Args:
        size: Bytes.
    """
    if abs(size) < 1024:
        return f"{size} B"
    value = float(size)
    for unit in ("KiB", "MiB", "GiB"):
        value /= 1024
        if abs(value) < 1024 or unit == "GiB":
            break
    return f"{value:.1f} {unit}"


def signed(size: int) -> str:
    """Return a difference of sizes for people, such as `+1.4 MiB`; `=` for none.

    Args:
        size: Bytes.
    """
    if not size:
        return "="
    return f"+{human(size)}" if size > 0 else f"-{human(-size)}"


def shown(name: str) -> str:
    """Return a name as messages quote it: on one line, and shortened where it is long.

    Args:
        name: Any name.
    """
    return repr(name) if len(name) <= _SHOWN else f"{name[: _SHOWN // 2]!r} ... {name[-_SHOWN // 2 :]!r}"


def normalise(name: str) -> str:
    """Return a distribution's name as PEP 503 normalises it, and an extra's as PEP 685 does.

    This is `packaging.utils.canonicalize_name`, which takes ten milliseconds to import, as much as a third of the
    time in which a function of a few files is packed. A test holds the two together.

    Args:
        name: As anybody spells it.
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def build_text(text: str) -> str:
    r"""Return a text as a BUILD file quotes it. Please's lexer knows `\n`, `\t`, `\\`, `\'` and `\"` only.

    Args:
        text: Any text.
    """
    for character, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t")):
        text = text.replace(character, escaped)
    return f'"{text}"'


def build_list(texts: Iterable[str]) -> str:
    """Return texts as a list in a BUILD file, on one line.

    Args:
        texts: The texts.
    """
    return f"[{', '.join(map(build_text, texts))}]"
