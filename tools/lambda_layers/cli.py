"""The command line of lambda_layers."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from tools import command
from tools.errors import PleasingError
from tools.text import normalise

_MOST = 5
# A function is edited some times a day, a distribution updated once a month.
_EDITS = 20.0
_UPDATES = 0.25


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the command, and return its exit status: 0, or 1 where no function is built.

    Args:
        arguments: The command line without the program's name; the process's where not given.
    """
    return command.run(_parser(), arguments, _run, lambda parsed: "lambda_layers")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lambda_layers",
        description="Proposes the layers with which the functions of this repository upload the fewest bytes a week.",
        epilog="Build the functions first: plz build --include awslambda //...",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add(
        "--max",
        type=_count,
        default=_MOST,
        metavar="N",
        help="most layers for the functions of one runtime and architecture (default: %(default)s)",
    )
    add(
        "--edits",
        type=_rate,
        default=_EDITS,
        metavar="RATE",
        help="how often a function is edited and deployed, a week (default: %(default)g)",
    )
    add("--edit", action="append", default=[], metavar="LABEL=RATE", help="the same for one; may be repeated")
    add(
        "--updates",
        type=_rate,
        default=_UPDATES,
        metavar="RATE",
        help="how often a distribution is updated, a week (default: %(default)g)",
    )
    add(
        "--update", action="append", default=[], metavar="NAME=RATE", help="the same for one; may be repeated"
    )
    add(
        "--package",
        default="layers",
        metavar="FOLDER",
        help="package of the layers' rules (default: %(default)s)",
    )
    add("--write", action="store_true", help="write the rules into its BUILD file")
    add("--root", type=Path, metavar="FOLDER", help="the repository (default: the one of this folder)")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 100:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of layers, from 1 to 100")
    return int(text)


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = math.nan
    if not 0 <= rate <= 1e6:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not how often a week; write a number such as 20 or 0.25"
        )
    return rate


def _rates(texts: Sequence[str], option: str) -> dict[str, float]:
    found, problems = {}, []
    for text in texts:
        name, _, rate = text.rpartition("=")
        try:
            found[name] = _rate(rate)
        except argparse.ArgumentTypeError as error:
            problems.append(f"{option}: {error}")
            continue
        if not name:
            problems.append(f"{option}: {text!r} has no name before its rate")
    if problems:
        raise PleasingError(problems)
    return found


def _run(parsed: argparse.Namespace) -> None:
    from tools.lambda_layers.loads import Rates, platforms_of
    from tools.lambda_layers.proposal import as_build, as_text, propose
    from tools.manifests.repository import built_functions, find_root
    from tools.plzconfig import PlzConfig

    root = parsed.root or find_root(Path.cwd())
    package = parsed.package.strip("/")
    if not re.fullmatch(r"[\w.+-]+(?:/[\w.+-]+)*", package) or ".." in package.split("/"):
        raise PleasingError(
            f"--package: {parsed.package!r} is not a folder of the repository, such as layers"
        )
    updates_of = {normalise(name): rate for name, rate in _rates(parsed.update, "--update").items()}
    rates = Rates(parsed.edits, _rates(parsed.edit, "--edit"), parsed.updates, updates_of)
    platforms = platforms_of([built.function for built in built_functions(root)], rates)
    if not platforms:
        raise PleasingError("all functions are for the edge, where there are no layers")
    proposals = []
    for platform in platforms:
        machine = platform.architecture.replace("_", "")
        version = platform.runtime.replace("python", "").replace(".", "")
        suffix = f"_{version}_{machine}" if len(platforms) > 1 else ""
        proposals.append(propose(platform, parsed.max, suffix))
    for proposal in proposals:
        command.say(as_text(proposal, package) + "\n")
    module_dir = PlzConfig(root / ".plzconfig").value("Plugin", "ModuleDir", "third_party.python", "python")
    rules = as_build(proposals, module_dir.replace(".", "/"))
    if not rules:
        return
    if parsed.write:
        from tools.lambda_layers.rules_file import write_rules

        path = root / package / "BUILD"
        write_rules(path, rules)
        command.say(f"wrote {package}/BUILD")
    else:
        command.say(f"{package}/BUILD (--write writes it):\n\n{rules}")
