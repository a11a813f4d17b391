"""Many modules: a repository with thousands of Python files, as monorepos have them, and no BUILD files."""

from __future__ import annotations

from pathlib import Path

_PER_FOLDER = 10
_STANDARD = ("collections", "dataclasses", "functools", "json", "logging", "os", "re", "typing")
_DISTRIBUTIONS = ("requests", "msgspec", "attrs", "packaging")

_CONFIG = """\
[Please]
Version = >=17.31.2

[Parse]
PreloadSubincludes = ///python//build_defs:python

[Plugin "python"]
ModuleDir = third_party.python
PipFlags = --disable-pip-version-check

[Plugin "awslambda"]
SourceRoots = src/python
"""


def write_repository(root: Path, modules: int) -> None:
    """Write a repository, of whose modules one in five is a test.

    Args:
        root: Its root, an empty folder.
        modules: How many Python files it has, besides each folder's `__init__.py`.
    """
    (root / ".plzconfig").write_text(_CONFIG, "utf-8")
    third_party = root / "third_party" / "python"
    third_party.mkdir(parents=True)
    rules = [
        f'python_requirement(\n    name = "{name}",\n    version = "1.0",\n    visibility = ["PUBLIC"],\n)\n'
        for name in _DISTRIBUTIONS
    ]
    (third_party / "BUILD").write_text(
        "\n".join(['subinclude("///awslambda//build_defs:awslambda")\n', *rules]), "utf-8"
    )
    for number in range(modules):
        folder = root / "src" / "python" / "acme" / f"team{number // 100}" / f"part{number // _PER_FOLDER}"
        if number % _PER_FOLDER == 0:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "__init__.py").write_text("", "utf-8")
        is_test = number % 5 == 4
        name = f"test_m{number}.py" if is_test else f"m{number}.py"
        (folder / name).write_text(_module(number, is_test=is_test), "utf-8")


def module_name(number: int) -> str:
    """Return the dotted name of a module.

    Args:
        number: Which one.
    """
    return f"acme.team{number // 100}.part{number // _PER_FOLDER}.m{number}"


def _module(number: int, *, is_test: bool) -> str:
    """Return a module of some 60 lines, which imports others that come before it."""
    others = [other for other in (number - 1, number // 2, number // 3, number - 17) if 0 <= other < number]
    imported = sorted({other for other in others if other % 5 != 4})
    lines = [f'"""Module {number}."""', "", "from __future__ import annotations", ""]
    lines += [f"import {_STANDARD[(number + step) % len(_STANDARD)]}" for step in range(4)]
    lines += [f"import {_DISTRIBUTIONS[number % len(_DISTRIBUTIONS)].replace('attrs', 'attr')}"]
    lines += [f"from {module_name(other)} import value_{other}" for other in imported]
    used = ", ".join(f"value_{other}" for other in imported) or "0"
    lines += ["", f"{'expected' if is_test else 'value'}_{number} = sum([{used}])", ""]
    prefix = "test_" if is_test else ""
    for step in range(4):
        lines += [
            "",
            f"def {prefix}function_{number}_{step}(first: int, second: str = 'text') -> dict[str, int]:",
            f'    """Return a count of what function {step} was given."""',
            "    found: dict[str, int] = {}",
            "    for index, character in enumerate(second):",
            "        if character.isalpha() and index % 2 == 0:",
            "            found[character] = found.get(character, 0) + first",
            "        elif character == '-':",
            "            continue",
            "    return found",
            "",
        ]
    return "\n".join(lines)
