"""Reference: the tables of docs/rules.md, of arguments and settings, made from the rules and from .plzconfig.

`python3 -m docs.reference` writes them; a test fails where rules.md has others.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import NamedTuple

from tools.plzconfig import PluginSetting, PlzConfig

_ROOT = Path(__file__).resolve().parent.parent
RULES = _ROOT / "build_defs" / "awslambda.build_defs"
SETTINGS = _ROOT / ".plzconfig"
PAGE = _ROOT / "docs" / "rules.md"

# An annotation of the BUILD language may name an argument's aliases, which Python's grammar takes for operators.
_ALIASES = re.compile(r"&\w+")


class Argument(NamedTuple):
    """One argument of a rule.

    Attributes:
        name: Its name.
        kind: Its type, as the signature has it.
        default: Its default as written; None for a required one.
        help: What the docstring says of it.
    """

    name: str
    kind: str
    default: str | None
    help: str


class Rule(NamedTuple):
    """A public rule: its name, the docstring's text before `Args:`, and its arguments."""

    name: str
    text: str
    arguments: list[Argument]


def rules() -> list[Rule]:
    """Return the public rules, in the order of the file."""
    tree = ast.parse(_ALIASES.sub("", RULES.read_text()))
    return [
        _rule(node)
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


def _rule(node: ast.FunctionDef) -> Rule:
    text, _, described = (ast.get_docstring(node) or "").partition("Args:\n")
    helps = {
        match[1]: " ".join(match[2].split())
        for match in re.finditer(
            r"^  (\w+) \([^)]*\): (.*?)(?=^  \w+ \(|\Z)", described, re.DOTALL | re.MULTILINE
        )
    }
    arguments = node.args.args
    defaults: list[str | None] = [None] * (len(arguments) - len(node.args.defaults))
    defaults += [ast.unparse(default) for default in node.args.defaults]
    return Rule(
        node.name,
        text.strip(),
        [
            Argument(
                argument.arg,
                ast.unparse(argument.annotation) if argument.annotation else "",
                default,
                helps.get(argument.arg, ""),
            )
            for argument, default in zip(arguments, defaults)
        ],
    )


def settings() -> list[PluginSetting]:
    """Return the plugin's settings, in the order of the file."""
    return PlzConfig(SETTINGS).plugin_settings()


def rendered() -> dict[str, str]:
    """Return the generated parts of docs/rules.md by the names of their markers."""
    parts = {rule.name: _rule_table(rule) for rule in rules()}
    parts["settings"] = _settings_table()
    return parts


def update(text: str) -> str:
    """Return a document with its generated parts as they should be.

    Args:
        text: The document, with `<!-- made by docs.reference: NAME -->` before each part and `<!-- end -->` after it.
    """
    for name, part in rendered().items():
        begin = f"<!-- made by docs.reference: {name} -->\n"
        if begin not in text:
            raise ValueError(f"the document has no place for {name}")
        before, _, rest = text.partition(begin)
        _, end, after = rest.partition("<!-- end -->")
        text = before + begin + part + end + after
    return text


def _rule_table(rule: Rule) -> str:
    lines = [rule.text, "", "| argument | default | what it is |", "|---|---|---|"]
    for argument in rule.arguments:
        default = "required" if argument.default is None else _default(argument.default)
        lines.append(f"| `{argument.name}` | {default} | {_cell(argument.help)} |")
    return "\n".join(lines) + "\n"


def _default(default: str) -> str:
    prefix = "CONFIG.AWSLAMBDA."
    if default.startswith(prefix):
        for setting in settings():
            if setting.key == default[len(prefix) :]:
                return f"setting `{_spelled(setting)}`"
    return f"`{default}`"


def _settings_table() -> str:
    lines = ["| setting | default | what it is |", "|---|---|---|"]
    for setting in settings():
        default = f"`{', '.join(setting.default)}`" if setting.default else "none"
        lines.append(f"| `{_spelled(setting)}` | {default} | {_cell(setting.help)} |")
    return "\n".join(lines) + "\n"


def _spelled(setting: PluginSetting) -> str:
    return setting.config_key[0].upper() + setting.config_key[1:]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> int:
    """Write the generated parts of docs/rules.md."""
    PAGE.write_text(update(PAGE.read_text()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
