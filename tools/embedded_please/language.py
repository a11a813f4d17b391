"""The BUILD language is Python but for a few points, which a rewrite of the syntax tree brings about."""

from __future__ import annotations

import ast
import types

from tools.errors import PleasingError


def compile_file(source: str, path: str) -> types.CodeType:
    """Compiles a BUILD file or a `.build_defs`; messages name it by its path."""
    try:
        tree = _Rewrite().visit(ast.parse(source, path))
        return compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)
    except SyntaxError as error:
        raise PleasingError(f"{path}:{error.lineno}: {error.msg}") from None


class _Rewrite(ast.NodeTransformer):
    """Makes Python of the BUILD language."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Have defaults read at each call, also where None is passed; drop annotations, as in `bool&testonly`."""
        self.generic_visit(node)
        arguments = node.args
        late = []
        for argument, default in zip(arguments.args[-len(arguments.defaults) :], arguments.defaults):
            name = argument.arg
            late += ast.parse(f"{name} = ({ast.unparse(default)}) if {name} is None else {name}").body
        for statement in late:
            for part in ast.walk(statement):
                ast.copy_location(part, node)
        arguments.defaults = [ast.Constant(None) for _ in arguments.defaults]
        for argument in arguments.args:
            argument.annotation = None
        start = 0 if ast.get_docstring(node, clean=False) is None else 1
        node.body[start:start] = late
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.Assign:
        """Have `x += y` make a new list, as a list may be somebody else's."""
        old = ast.parse(ast.unparse(node.target), mode="eval").body
        return ast.copy_location(ast.Assign([node.target], ast.BinOp(old, node.op, node.value)), node)
