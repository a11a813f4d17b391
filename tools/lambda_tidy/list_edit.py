"""List edit: texts added to a list of a BUILD file and taken out of it, with the comments that belong to each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Optional, Union

import libcst as cst

from tools.lambda_tidy.layout import new_list, sort_key
from tools.lambda_tidy.list_change import ListChange
from tools.text import build_text

_Gap = cst.BaseParenthesizableWhitespace


def gap_after(part: Union[cst.Arg, cst.BaseElement]) -> Optional[_Gap]:
    """Return the whitespace behind the comma of an argument or element, or None where it has none.

    Args:
        part: The argument or element.
    """
    return part.comma.whitespace_after if isinstance(part.comma, cst.Comma) else None


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


def changed_list(value: cst.List, change: ListChange, indent: Optional[str]) -> cst.List:
    """Return a list with texts added and taken out.

    Args:
        value: The list.
        change: What becomes of it.
        indent: What stands before its argument on the line; None where the call is on one line, as the list then is.
    """
    if not isinstance(value.lbracket.whitespace_after, cst.ParenthesizedWhitespace):
        return _changed_line(value, change, indent)
    opening = value.lbracket.whitespace_after
    entries: list[_Entry] = []
    lead: Optional[_Gap] = opening
    for element in value.elements:
        after = gap_after(element)
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


def _changed_line(value: cst.List, change: ListChange, indent: Optional[str]) -> cst.List:
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
        if indent is not None:
            made = cst.parse_expression(new_list(together, indent))
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


def has_comments(value: cst.List) -> bool:
    """Return whether anything in a list is a comment.

    Args:
        value: The list.
    """
    return "#" in cst.Module([]).code_for_node(value)
