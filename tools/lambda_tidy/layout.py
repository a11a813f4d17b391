"""Layout: how `plz fmt` leaves rules, lists and labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Union

from tools.text import build_text

Value = Union[str, bool, Sequence[str]]

# The order in which `plz fmt` puts arguments: these first and last, and all others by name in between.
_FIRST = ("name", "srcs")
_LAST = ("visibility", "deps")
_INDENT = "    "


def sort_key(label: str) -> tuple[int, list[str], str]:
    """Return what `plz fmt` sorts the texts of a list by.

    Args:
        label: The text.
    """
    phase = 1 if label.startswith(":") else 2 if label.startswith("//") else 3 if label.startswith("@") else 0
    return phase, label.replace(":", ".").split("."), label


def new_call(rule: str, arguments: Mapping[str, Value]) -> str:
    """Return a rule's call.

    Args:
        rule: The rule.
        arguments: Its arguments; those that are empty or False are left out.
    """

    def place(name: str) -> tuple[int, str]:
        if name in _FIRST:
            return _FIRST.index(name), ""
        return (len(_FIRST) + 1 + _LAST.index(name), "") if name in _LAST else (len(_FIRST), name)

    lines = [f"{rule}("]
    for name in sorted(arguments, key=place):
        value = arguments[name]
        if value:
            lines.append(f"{_INDENT}{name} = {_rendered(value)},")
    return "\n".join([*lines, ")", ""])


def _rendered(value: Value) -> str:
    if isinstance(value, bool):
        return "True"
    return build_text(value) if isinstance(value, str) else new_list(value, _INDENT)


def new_list(texts: Sequence[str], indent: str) -> str:
    """Return a list: on one line where it has one text.

    Args:
        texts: The texts.
        indent: What stands before the line that it begins on.
    """
    ordered = sorted(texts, key=sort_key)
    if len(ordered) < 2:
        return f"[{', '.join(map(build_text, ordered))}]"
    inner = "".join(f"{indent}{_INDENT}{build_text(text)},\n" for text in ordered)
    return f"[\n{inner}{indent}]"


def subinclude(label: str) -> str:
    """Return the call that brings a label's rules.

    Args:
        label: The label.
    """
    return f"subinclude({build_text(label)})\n"
