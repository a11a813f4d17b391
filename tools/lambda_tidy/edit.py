"""Edit: changes lists of a BUILD file's calls, and keeps all else of the file to the byte.

libcst parses and writes the file. It is imported where a file changes, as it takes longer to start than a run does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Optional

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from tools.lambda_tidy.layout import new_list
from tools.lambda_tidy.list_change import ListChange
from tools.lambda_tidy.list_edit import changed_list, gap_after, has_comments
from tools.text import build_text


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
        value = _with_changes(argument.value, change, indent)
        if isinstance(value, cst.List) and not value.elements and not has_comments(value):
            return _without_argument(call, index)
        return call.with_changes(
            args=[*call.args[:index], argument.with_changes(value=value), *call.args[index + 1 :]]
        )
    return _with_argument(call, change.argument, change.add) if change.add else call


def _indent(call: cst.Call, index: int) -> Optional[str]:
    """Return what stands before an argument on its line, or None where it does not begin one."""
    gap = call.whitespace_before_args if index == 0 else gap_after(call.args[index - 1])
    return gap.last_line.value if isinstance(gap, cst.ParenthesizedWhitespace) else None


def _with_changes(value: cst.BaseExpression, change: ListChange, indent: Optional[str]) -> cst.BaseExpression:
    """Return an expression with texts added to its first list and taken out of each."""
    if isinstance(value, cst.List):
        return changed_list(value, change, indent)
    if isinstance(value, cst.BinaryOperation):
        left = _with_changes(value.left, change, indent)
        rest = change._replace(add=()) if _has_list(value.left) else change
        return value.with_changes(left=left, right=_with_changes(value.right, rest, indent))
    return value


def _has_list(value: cst.BaseExpression) -> bool:
    if isinstance(value, cst.BinaryOperation):
        return _has_list(value.left) or _has_list(value.right)
    return isinstance(value, cst.List)


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
        ending = gap_after(last)
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
    after = gap_after(gone) or gone.whitespace_after_arg
    if not args:
        return call.with_changes(args=args, whitespace_before_args=cst.SimpleWhitespace(""))
    if index == 0:
        return call.with_changes(args=args)
    if index < len(call.args) - 1:
        # What is above the one that follows stays there, and what is above the one that goes comes before it.
        before = gap_after(args[index - 1])
        if isinstance(before, cst.ParenthesizedWhitespace) and isinstance(after, cst.ParenthesizedWhitespace):
            joined = after.with_changes(
                first_line=before.first_line, empty_lines=[*before.empty_lines, *after.empty_lines]
            )
            args[index - 1] = args[index - 1].with_changes(comma=cst.Comma(whitespace_after=joined))
        return call.with_changes(args=args)
    previous = args[-1]
    before = gap_after(previous)
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
