"""Edit: changes lists of a BUILD file's calls, and keeps all else of the file to the byte.

libcst parses and writes the file. It is imported where a file changes, as it takes longer to start than a run does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Optional, Union

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from tools.lambda_tidy.layout import new_list, sort_key
from tools.text import build_text

_Gap = cst.BaseParenthesizableWhitespace


class ListChange(NamedTuple):
    """What becomes of one list.

    Attributes:
        argument: The argument that is the list.
        add: Texts that it is to have.
        remove: Texts that it is to lose.
    """

    argument: str
    add: Sequence[str]
    remove: Sequence[str]


def change_lists(source: str, changes: Mapping[tuple[int, int], Sequence[ListChange]]) -> str:
    """Return a BUILD file with changed lists.

    Args:
        source: Its text.
        changes: Line and column of a call -> what becomes of its lists.
    """
    wrapper = MetadataWrapper(cst.parse_module(source))
    return wrapper.visit(_Changer(changes)).code


class _Changer(cst.CSTTransformer):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, changes: Mapping[tuple[int, int], Sequence[ListChange]]) -> None:
        super().__init__()
        self._changes = changes

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802 - libcst's name
        start = self.get_metadata(PositionProvider, original_node).start
        for change in self._changes.get((start.line, start.column), ()):
            updated_node = _changed(updated_node, change)
        return updated_node


def _changed(call: cst.Call, change: ListChange) -> cst.Call:
    for index, argument in enumerate(call.args):
        if argument.keyword is None or argument.keyword.value != change.argument:
            continue
        indent = _indent(call, index)
        value = _with_changes(argument.value, change, indent, many=indent is not None)
        if isinstance(value, cst.List) and not value.elements and not _has_comments(value):
            return _without_argument(call, index)
        return call.with_changes(
            args=[*call.args[:index], argument.with_changes(value=value), *call.args[index + 1 :]]
        )
    return _with_argument(call, change.argument, change.add) if change.add else call


def _indent(call: cst.Call, index: int) -> Optional[str]:
    """Return what stands before an argument on its line, or None where it does not begin one."""
    gap = call.whitespace_before_args if index == 0 else _gap_after(call.args[index - 1])
    return gap.last_line.value if isinstance(gap, cst.ParenthesizedWhitespace) else None


def _gap_after(part: Union[cst.Arg, cst.BaseElement]) -> Optional[_Gap]:
    return part.comma.whitespace_after if isinstance(part.comma, cst.Comma) else None


def _with_changes(
    value: cst.BaseExpression, change: ListChange, indent: Optional[str], *, many: bool
) -> cst.BaseExpression:
    """Return an expression with texts added to its first list and taken out of each."""
    if isinstance(value, cst.List):
        return _changed_list(value, change, indent, many=many)
    if isinstance(value, cst.BinaryOperation):
        left = _with_changes(value.left, change, indent, many=many)
        rest = change._replace(add=()) if _has_list(value.left) else change
        return value.with_changes(left=left, right=_with_changes(value.right, rest, indent, many=many))
    return value


def _has_list(value: cst.BaseExpression) -> bool:
    if isinstance(value, cst.BinaryOperation):
        return _has_list(value.left) or _has_list(value.right)
    return isinstance(value, cst.List)


class _Entry(NamedTuple):
    """An element with the whitespace and comments that belong to it: above it, and behind its comma."""

    lead: Optional[_Gap]
    element: cst.BaseElement
    behind: cst.TrailingWhitespace

    @property
    def text(self) -> Optional[str]:
        value = self.element.value
        if isinstance(value, cst.SimpleString):
            found = value.evaluated_value
            return found if isinstance(found, str) else None
        return None


def _changed_list(value: cst.List, change: ListChange, indent: Optional[str], *, many: bool) -> cst.List:
    if not isinstance(value.lbracket.whitespace_after, cst.ParenthesizedWhitespace):
        return _changed_line(value, change, indent, many=many)
    opening = value.lbracket.whitespace_after
    entries: list[_Entry] = []
    lead: Optional[_Gap] = opening
    for element in value.elements:
        after = _gap_after(element)
        last = element is value.elements[-1]
        if after is None or (last and not isinstance(after, cst.ParenthesizedWhitespace)):
            after = value.rbracket.whitespace_before
        behind = (
            after.first_line if isinstance(after, cst.ParenthesizedWhitespace) else cst.TrailingWhitespace()
        )
        entries.append(_Entry(lead, element, behind))
        lead = after
    closing = lead if lead is not None else value.rbracket.whitespace_before
    kept = _removed(entries, change.remove)
    columns = _column(entries, indent)
    return _joined(opening, _added(kept, change.add, columns), closing)


def _removed(entries: Sequence[_Entry], remove: Sequence[str]) -> list[_Entry]:
    """Return the entries that stay; comments above one that goes stay above the next."""
    kept: list[_Entry] = []
    waiting: list[cst.EmptyLine] = []
    for entry in entries:
        lines = list(entry.lead.empty_lines) if isinstance(entry.lead, cst.ParenthesizedWhitespace) else []
        if entry.text is not None and entry.text in remove:
            waiting += [line for line in lines if line.comment is not None]
            continue
        if waiting and isinstance(entry.lead, cst.ParenthesizedWhitespace):
            entry = entry._replace(lead=entry.lead.with_changes(empty_lines=[*waiting, *lines]))
            waiting = []
        kept.append(entry)
    return kept


def _column(entries: Sequence[_Entry], indent: Optional[str]) -> str:
    for entry in entries:
        if isinstance(entry.lead, cst.ParenthesizedWhitespace):
            return entry.lead.last_line.value
    return (indent or "") + "    "


def _added(entries: Sequence[_Entry], add: Sequence[str], column: str) -> list[_Entry]:
    """Return the entries with new ones in their places, where the list is sorted, else at the end."""
    found = list(entries)
    texts = [entry.text for entry in found]
    keys = [sort_key(text) for text in texts if text is not None]
    # plz fmt sorts no list that has a comment on a line of its own, or anything but texts.
    is_sorted = (
        len(keys) == len(texts) and keys == sorted(keys) and not any(_has_lead(entry) for entry in found)
    )
    for text in sorted(add, key=sort_key):
        lead = cst.ParenthesizedWhitespace(
            first_line=cst.TrailingWhitespace(), indent=True, last_line=cst.SimpleWhitespace(column)
        )
        entry = _Entry(lead, _element(text), cst.TrailingWhitespace())
        place = len(found)
        if is_sorted:
            place = next(
                (
                    index
                    for index, other in enumerate(found)
                    if other.text is not None and sort_key(other.text) > sort_key(text)
                ),
                len(found),
            )
        found.insert(place, entry)
    return found


def _has_lead(entry: _Entry) -> bool:
    return isinstance(entry.lead, cst.ParenthesizedWhitespace) and any(
        line.comment is not None for line in entry.lead.empty_lines
    )


def _joined(opening: cst.ParenthesizedWhitespace, entries: Sequence[_Entry], closing: _Gap) -> cst.List:
    """Return the list of some entries, with what is behind its opening bracket and above its closing one."""
    elements = []
    for index, entry in enumerate(entries):
        last = index == len(entries) - 1
        following = closing if last else entries[index + 1].lead
        after = (
            following.with_changes(first_line=entry.behind)
            if isinstance(following, cst.ParenthesizedWhitespace)
            else cst.SimpleWhitespace(" ")
        )
        if last and not isinstance(following, cst.ParenthesizedWhitespace):
            after = cst.SimpleWhitespace("")
        elements.append(entry.element.with_changes(comma=cst.Comma(whitespace_after=after)))
    first = entries[0].lead if entries else closing
    start = (
        first.with_changes(first_line=opening.first_line)
        if isinstance(first, cst.ParenthesizedWhitespace)
        else opening
    )
    return cst.List(elements, lbracket=cst.LeftSquareBracket(whitespace_after=start))


def _changed_line(value: cst.List, change: ListChange, indent: Optional[str], *, many: bool) -> cst.List:
    """Return a list that is on one line; it is spread where it has more than one element and its call is spread."""
    kept = [
        element
        for element in value.elements
        if not (
            isinstance(element.value, cst.SimpleString) and element.value.evaluated_value in change.remove
        )
    ]
    texts = [
        element.value.evaluated_value
        for element in kept
        if isinstance(element.value, cst.SimpleString) and isinstance(element.value.evaluated_value, str)
    ]
    if len(texts) == len(kept):
        together = [*texts, *change.add]
        if many:
            made = cst.parse_expression(new_list(together, indent or ""))
        else:
            ordered = sorted(together, key=sort_key) if texts == sorted(texts, key=sort_key) else together
            made = cst.parse_expression(f"[{', '.join(map(build_text, ordered))}]")
        assert isinstance(made, cst.List)
        return made
    elements = [*kept, *map(_element, sorted(change.add, key=sort_key))]
    spaced = [
        element.with_changes(
            comma=cst.MaybeSentinel.DEFAULT
            if element is elements[-1]
            else cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
        )
        for element in elements
    ]
    return value.with_changes(elements=spaced)


def _element(text: str) -> cst.Element:
    return cst.Element(cst.SimpleString(build_text(text)))


def _has_comments(value: cst.List) -> bool:
    return "#" in cst.Module([]).code_for_node(value)


def _with_argument(call: cst.Call, name: str, texts: Sequence[str]) -> cst.Call:
    """Return a call with one more argument, which is a list: behind the others, but before `**`."""
    at = len(call.args)
    while at and call.args[at - 1].star == "**":
        at -= 1
    indent = _indent(call, 0) if call.args else None
    text = new_list(texts, indent) if indent is not None else f"[{', '.join(map(build_text, texts))}]"
    made = cst.Arg(
        cst.parse_expression(text),
        keyword=cst.Name(name),
        equal=cst.AssignEqual(cst.SimpleWhitespace(" "), cst.SimpleWhitespace(" ")),
    )
    args = list(call.args)
    if indent is None:
        args.insert(at, made)
        return call.with_changes(args=_on_one_line(args))
    before = call.whitespace_before_args
    if at == len(args):
        last = args[-1]
        ending = _gap_after(last)
        if ending is None:  # no comma behind the last argument
            ending = last.whitespace_after_arg
            last = last.with_changes(whitespace_after_arg=cst.SimpleWhitespace(""))
        first_line = (
            ending.first_line if isinstance(ending, cst.ParenthesizedWhitespace) else cst.TrailingWhitespace()
        )
        lead = before.with_changes(first_line=first_line, empty_lines=[])
        args[-1] = last.with_changes(comma=cst.Comma(whitespace_after=lead))
        closing = (
            ending.with_changes(first_line=cst.TrailingWhitespace())
            if isinstance(ending, cst.ParenthesizedWhitespace)
            else ending
        )
        args.append(made.with_changes(comma=cst.Comma(whitespace_after=closing)))
    else:
        between = before.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=[])
        args.insert(at, made.with_changes(comma=cst.Comma(whitespace_after=between)))
    return call.with_changes(args=args)


def _on_one_line(args: Sequence[cst.Arg]) -> list[cst.Arg]:
    return [
        argument.with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
        if argument is not args[-1] and not isinstance(argument.comma, cst.Comma)
        else argument
        for argument in args
    ]


def _without_argument(call: cst.Call, index: int) -> cst.Call:
    """Return a call without one of its arguments; comments above it stay."""
    args = list(call.args)
    gone = args.pop(index)
    after = _gap_after(gone) or gone.whitespace_after_arg
    if not args:
        return call.with_changes(args=args, whitespace_before_args=cst.SimpleWhitespace(""))
    if index == 0:
        return call.with_changes(args=args)
    if index < len(call.args) - 1:
        # What is above the one that follows stays there, and what is above the one that goes comes before it.
        before = _gap_after(args[index - 1])
        if isinstance(before, cst.ParenthesizedWhitespace) and isinstance(after, cst.ParenthesizedWhitespace):
            joined = after.with_changes(
                first_line=before.first_line, empty_lines=[*before.empty_lines, *after.empty_lines]
            )
            args[index - 1] = args[index - 1].with_changes(comma=cst.Comma(whitespace_after=joined))
        return call.with_changes(args=args)
    previous = args[-1]
    before = _gap_after(previous)
    if isinstance(before, cst.ParenthesizedWhitespace) and isinstance(after, cst.ParenthesizedWhitespace):
        joined = after.with_changes(
            first_line=before.first_line, empty_lines=[*before.empty_lines, *after.empty_lines]
        )
        args[-1] = previous.with_changes(comma=cst.Comma(whitespace_after=joined))
    elif isinstance(gone.comma, cst.Comma):
        args[-1] = previous.with_changes(comma=cst.Comma(whitespace_after=after))
    else:
        args[-1] = previous.with_changes(comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=after)
    return call.with_changes(args=args)
