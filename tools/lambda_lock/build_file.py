"""A BUILD file with a generated part between two comments; all outside of it is a person's."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Optional

from tools.errors import PleasingError
from tools.lambda_lock.kept import Kept, Line, calls, kept, name_of
from tools.lambda_lock.rule_call import RuleCall, Value

_BEGIN = re.compile(r"^# lambda_lock: begin\b.*$", re.MULTILINE)
_END = re.compile(r"^# lambda_lock: end\b.*$", re.MULTILINE)
_INDENT = 4

# The order in which `plz fmt` (buildifier) puts arguments: these first and last, all others by name in
# between.
_FIRST = ("name", "size", "src", "srcs", "out", "outs", "package_name")
_LAST = ("visibility", "zip_safe", "deps")


class Merged(NamedTuple):
    """The file as it should be.

    Attributes:
        text: Its content.
        notes: Warnings for the user.
    """

    text: str
    notes: tuple[str, ...]


def merge(
    old: str, targets: Sequence[RuleCall], *, path: str, lock: str, subincludes: Mapping[str, str]
) -> Merged:
    """Return the file with its generated part made anew.

    Args:
        old: Its content so far; empty where there is none.
        targets: What to generate, sorted.
        path: The file, for messages.
        lock: The lock file's name, for the comment.
        subincludes: What has each rule, by the rule's name.

    Raises:
        PleasingError: The file cannot be read.
    """
    before, region, after = _split(old, path)
    hand_written, included = _names(path, f"{before}{after}")
    keeps = _kept(path, region)
    if not lock.isprintable():
        raise PleasingError(f"{lock!r} has characters that do not show; give the lock file another name")
    notes = []
    skipped = [target.name for target in targets if target.name in hand_written]
    if skipped:
        notes.append(f"{path} has {', '.join(skipped)} written by hand, so none is generated for it")
    written = {
        target.name: render(target, keeps.get(target.name))
        for target in targets
        if target.name not in skipped
    }
    for name, keep in sorted(keeps.items()):
        if name in written:
            continue
        if keep.whole and name not in hand_written:
            written[name] = keep.whole
        else:
            notes.append(
                f"{path}: lines of {name} are marked `# keep`, but the lock has no {name} any more; they are "
                "gone"
            )
    rules = {target.rule for target in targets if target.name not in skipped}
    wanted = [label for rule, label in subincludes.items() if rule in rules and label not in included]
    parts = [
        f"# lambda_lock: begin. Made from {lock}; what stands up to the end and has no `# keep` is made "
        "anew.",
        *([f"subinclude({', '.join(map(_quote, dict.fromkeys(wanted)))})"] if wanted else []),
        *(written[name] for name in sorted(written)),
        "# lambda_lock: end",
    ]
    generated = "\n\n".join(parts)
    before = before.rstrip("\n") + "\n\n" if before.strip() else ""
    after = "\n" + after.lstrip("\n") if after.strip() else ""
    return Merged(f"{before}{generated}\n{after}", tuple(notes))


def render(target: RuleCall, keep: Optional[Kept] = None) -> str:
    """Return a target as `plz fmt` would write it.

    Args:
        target: The target.
        keep: What is kept of the one that stands there.
    """
    if keep and keep.whole:
        return keep.whole
    keep = keep or Kept()
    arguments: dict[str, list[str]] = {"name": [f"{' ' * _INDENT}name = {_quote(target.name)},"]}
    names = {*target.arguments, *keep.arguments, *keep.elements, *(name for name, _ in keep.entries)}
    for name in names:
        if name in keep.arguments:
            arguments[name] = keep.arguments[name].render(_INDENT)
            continue
        value = target.arguments.get(name, ())
        entries = {key: lines for (argument, key), lines in keep.entries.items() if argument == name}
        lines = _argument(name, value, keep.elements.get(name, []), entries)
        if lines:
            arguments[name] = lines
    ordered = sorted(arguments, key=_place)
    return "\n".join([f"{target.rule}(", *(line for name in ordered for line in arguments[name]), ")"])


def _argument(name: str, value: Value, elements: list[Line], entries: Mapping[str, list[Line]]) -> list[str]:
    """Return the lines of one argument; none where it is false or empty."""
    margin = " " * _INDENT
    if isinstance(value, bool):
        return [f"{margin}{name} = {value},"] if value else []
    if isinstance(value, str):
        return [f"{margin}{name} = {_quote(value)},"] if value else []
    if isinstance(value, tuple) and not entries:
        return _list(f"{name} = ", value, elements, _INDENT)
    nested = dict(value) if isinstance(value, Mapping) else {}
    keys = sorted({*nested, *entries})
    inner = [
        _list(f"{_quote(key)}: ", nested.get(key, ()), entries.get(key, []), 2 * _INDENT) for key in keys
    ]
    if not any(inner):
        return []
    if len(inner) == 1 and len(inner[0]) == 1:
        return [f"{margin}{name} = {{{inner[0][0].strip().rstrip(',')}}},"]
    return [f"{margin}{name} = {{", *(line for lines in inner for line in lines), f"{margin}}},"]


def _list(lead: str, values: Iterable[str], elements: list[Line], indent: int) -> list[str]:
    margin = " " * indent
    by_text = {_quote(value): Line(_quote(value)) for value in values}
    by_text.update({element.text: element for element in elements})
    lines = [by_text[text] for text in sorted(by_text, key=label_order)]
    if not lines:
        return []
    if len(lines) == 1 and not lines[0].above and not lines[0].behind:
        return [f"{margin}{lead}[{lines[0].text}],"]
    return [
        f"{margin}{lead}[",
        *(text for line in lines for text in line.render(indent + _INDENT)),
        f"{margin}],",
    ]


def label_order(text: str) -> tuple[int, list[str], str]:
    """Return what `plz fmt` sorts a list's elements by: this package's labels, the repository's, others'.

    Args:
        text: An element's source.
    """
    value = text.strip("\"'")
    if not text.startswith(("'", '"')):
        return 4, [], text
    kind = 1 if value.startswith(":") else 2 if value.startswith("//") else 3 if value.startswith("@") else 0
    return kind, value.replace(":", ".").split("."), value


def _place(name: str) -> tuple[int, int, str]:
    if name in _FIRST:
        return 0, _FIRST.index(name), name
    if name in _LAST:
        return 2, _LAST.index(name), name
    return 1, 0, name


def _quote(text: str) -> str:
    r"""Return a text as the BUILD language quotes it: it knows the escapes `\\n`, `\\t`, `\\\\`, `\\'` and `\\"` only.

    Raises:
        PleasingError: It has characters that do not show, or that change how the text is shown.
    """
    if not text.isprintable():
        raise PleasingError(
            f"{text!r} has characters that do not show, which no BUILD file shall have; mend them in the "
            "lock file, or where its tool got them"
        )
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def changes(old: str, new: str, path: str) -> list[str]:
    """Return a line for each distribution whose version changes, as `numpy 2.3.5 -> 2.2.6`, sorted.

    Args:
        old: What the file holds.
        new: What it would hold.
        path: The file, for messages.

    Raises:
        PleasingError: What it holds cannot be read.
    """
    before, after = _versions(old, path), _versions(new, path)
    return [
        f"{name} {', '.join(before.get(name, ())) or '(none)'} -> {', '.join(after.get(name, ())) or '(none)'}"
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


def _versions(text: str, path: str) -> dict[str, list[str]]:
    """Return the versions of each distribution that generated targets name."""
    found: dict[str, list[str]] = {}
    try:
        for call in calls(_split(text, path)[1]):
            values = {
                keyword.arg: str(keyword.value.value)
                for keyword in call.keywords
                if isinstance(keyword.value, ast.Constant)
            }
            if "version" in values:
                name = values.get("package_name", values.get("name", ""))
                found.setdefault(name.replace("_", "-"), []).append(values["version"])
    except SyntaxError as error:
        raise _unreadable(path, error) from None
    return found


def _split(text: str, path: str) -> tuple[str, str, str]:
    """Return what stands before, in and after the generated part."""
    begins, ends = list(_BEGIN.finditer(text)), list(_END.finditer(text))
    if not begins and not ends:
        return text, "", ""
    if len(begins) != 1 or len(ends) != 1 or ends[0].start() < begins[0].end():
        raise PleasingError(
            f"{path} has {len(begins)} lines `# lambda_lock: begin` and {len(ends)} lines `# lambda_lock: "
            "end`; expected one of each, in that order: mend it by hand, or take both out to have the part "
            "written anew at the end"
        )
    return text[: begins[0].start()], text[begins[0].end() : ends[0].start()], text[ends[0].end() :]


def _names(path: str, text: str) -> tuple[set[str], set[str]]:
    """Return the names of the targets written by hand, and the labels subincluded there."""
    names: set[str] = set()
    included: set[str] = set()
    try:
        for call in calls(text):
            name = name_of(call)
            if name is not None:
                names.add(name)
            elif getattr(call.func, "id", "") == "subinclude":
                included.update(str(getattr(argument, "value", "")) for argument in call.args)
    except SyntaxError as error:
        raise _unreadable(path, error) from None
    return names, included


def _kept(path: str, region: str) -> dict[str, Kept]:
    try:
        return kept(region)
    except SyntaxError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: str, error: SyntaxError) -> PleasingError:
    return PleasingError(
        f"{path} cannot be read as a BUILD file ({error.msg}: {(error.text or '').strip()!r}); mend it by "
        "hand first"
    )
