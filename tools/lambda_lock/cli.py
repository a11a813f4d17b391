"""The command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from tools.errors import PleasingError

if TYPE_CHECKING:
    from tools.lambda_lock.environment import Platform
    from tools.lambda_lock.index import Index
    from tools.lambda_lock.model import Lock

_Progress = Callable[[str], None]

_SUBINCLUDE = "///awslambda//build_defs:awslambda"
_PYTHON_SUBINCLUDE = "///python//build_defs:python"


def main(arguments: Optional[Sequence[str]] = None, index: Optional[Index] = None) -> int:
    """Runs the command and returns its exit status.

    Args:
        arguments: The command line; None takes the process's.
        index: What is asked for what a lock does not record; None asks the user's pip.
    """
    options = _parser().parse_args(arguments)
    try:
        return _run(options, index)
    except PleasingError as error:
        sys.stderr.write(error.render(str(options.lock)) + "\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lambda_lock",
        description="Writes a BUILD file with one python_requirement for each distribution of a lock file.",
        epilog="Paths are relative to the working directory, which under `plz run` is the root of the "
        "repository.",
    )
    add = parser.add_argument
    add(
        "--lock",
        type=Path,
        required=True,
        metavar="FILE",
        help="Pipfile.lock, poetry.lock, uv.lock, pdm.lock, pylock.toml or requirements.txt; told apart by "
        "content",
    )
    add(
        "--output",
        type=Path,
        required=True,
        metavar="FILE",
        help="the BUILD file to write, such as third_party/python/BUILD",
    )
    add(
        "--check",
        action="store_true",
        help="write nothing; fail with a diff where the file is not as it would be written",
    )
    add(
        "--map",
        action="append",
        default=[],
        metavar="NAME=LABEL",
        type=_mapping,
        help="the repository's own target for a distribution, such as shared-lib=//libs/shared; may be "
        "repeated",
    )
    add(
        "--platform",
        action="append",
        default=[],
        metavar="PLATFORM",
        help="a platform of a function, such as python3.13-arm64; may be repeated (default: those of the "
        "repository's "
        "python_lambda rules)",
    )
    add(
        "--group",
        action="append",
        metavar="NAME",
        help="a dependency group to take beside the main one; may be repeated (default: all; `none` takes "
        "none)",
    )
    add(
        "--runtime-group",
        action="append",
        default=[],
        metavar="NAME",
        help="a group that functions are built from too, so that its targets are not test_only; may be "
        "repeated",
    )
    add(
        "--project",
        type=Path,
        metavar="FILE",
        help="the pyproject.toml or Pipfile with the direct dependencies (default: the one beside the lock "
        "file)",
    )
    add(
        "--test-lock",
        type=Path,
        metavar="FILE",
        help="a second lock file whose distributions are for tests only, such as dev-requirements.txt",
    )
    add(
        "--subinclude",
        default=_SUBINCLUDE,
        metavar="LABEL",
        help=f"what has python_requirement (default: {_SUBINCLUDE})",
    )
    add(
        "--python-subinclude",
        default=_PYTHON_SUBINCLUDE,
        metavar="LABEL",
        help=f"what has python_library (default: {_PYTHON_SUBINCLUDE})",
    )
    add(
        "--fetch-hashes",
        action="store_true",
        help="where the lock has no hashes, take those that the index has now (through pip)",
    )
    network = parser.add_mutually_exclusive_group()
    network.add_argument(
        "--ask-index",
        action="store_true",
        help="ask the index (through pip) for all metadata; says which versions are yanked",
    )
    network.add_argument(
        "--offline",
        action="store_true",
        help="never ask the index; where the lock does not record what needs what, one target "
        "all_requirements stands for all",
    )
    add("--quiet", action="store_true", help="no progress; notes and errors are still shown")
    return parser


def _mapping(text: str) -> tuple[str, str]:
    name, separator, label = text.partition("=")
    if not separator or not name or not label.startswith(("//", ":", "@")):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=LABEL, such as shared-lib=//libs/shared")
    return name, label


def _run(options: argparse.Namespace, index: Optional[Index]) -> int:
    from tools.lambda_lock import build_file, graph
    from tools.lambda_lock.environment import Environments
    from tools.lambda_lock.model import MAIN, normalise
    from tools.lambda_lock.target import LIBRARY, REQUIREMENT

    def progress(line: str) -> None:
        if not options.quiet:
            sys.stderr.write(f"lambda_lock: {line}\n")

    def note(line: str) -> None:
        sys.stderr.write(f"lambda_lock: note: {line}\n")

    lock = _read(options, progress)
    for line in lock.notes:
        note(line)
    if lock.indexes:
        note(
            f"the lock names {', '.join(lock.indexes)}; no rule has an index's address, pip's configuration "
            f"decides "
            "where files come from"
        )
    platforms, strict = _platforms(options, progress)
    environments = Environments(platforms, lock.requires_python)
    _refuse(environments.refused, lock.requires_python, strict=strict)
    lock, bundled = _complete(lock, options, environments.platforms, index, progress, note)

    groups = options.group and frozenset(normalise(group) for group in options.group if group != "none")
    wanted = graph.Options(
        mapped={normalise(name): label for name, label in options.map},
        groups=frozenset(groups) - {MAIN} if groups is not None else None,
        runtime_groups=frozenset(map(normalise, options.runtime_group)),
        strict=strict,
    )
    planned = graph.plan(lock, environments, wanted)
    targets = planned.targets
    if bundled:
        targets = tuple(sorted([*targets, graph.bundle(targets)], key=lambda target: target.name))
    merged = build_file.merge(
        _old(options.output),
        targets,
        path=str(options.output),
        lock=options.lock.name,
        subincludes={REQUIREMENT: options.subinclude, LIBRARY: options.python_subinclude},
    )
    for line in (*planned.notes, *merged.notes):
        note(line)
    if options.check:
        return _check(options, merged.text)
    if merged.text == _old(options.output):
        progress(f"{options.output} is up to date: {len(targets)} targets")
        return 0
    _write(options.output, merged.text)
    progress(f"wrote {options.output}: {len(targets)} targets")
    return 0


def _read(options: argparse.Namespace, progress: _Progress) -> Lock:
    from tools.lambda_lock import formats
    from tools.lambda_lock.model import MAIN

    lock = formats.read(options.lock, options.project)
    progress(f"read {options.lock} ({lock.title}): {len(lock.distributions)} distributions")
    if options.test_lock:
        tests = formats.read(options.test_lock, options.project)
        progress(f"read {options.test_lock} ({tests.title}): {len(tests.distributions)} distributions")
        lock = lock.with_tests(tests)
    if not lock.roots.get(MAIN) and len(lock.roots) <= 1 and lock.distributions:
        raise PleasingError(
            f"{lock.title} has distributions but the project asks for none; is --project the right file?"
        )
    return lock


def _platforms(options: argparse.Namespace, progress: _Progress) -> tuple[tuple[Platform, ...], bool]:
    """Returns the functions' platforms, and whether they are sure rather than all that there are."""
    from tools.lambda_lock import repository
    from tools.lambda_lock.environment import Platform, default_platforms

    if options.platform:
        problems: list[str] = []
        named = []
        for text in options.platform:
            try:
                named.append(Platform.parse(text))
            except PleasingError as error:
                problems += error.problems
        if problems:
            raise PleasingError(problems)
        platforms, strict, origin = tuple(sorted(set(named))), True, "named by --platform"
    else:
        root = repository.root(options.output.resolve().parent)
        found = repository.platforms(root) if root else None
        if found and found.platforms:
            platforms, strict = found.platforms, found.whole
            origin = f"of {found.functions} python_lambda rules below {root}"
            if not found.whole:
                origin += ", some of which do not name their runtime or architecture"
        else:
            platforms, strict, origin = (
                default_platforms(),
                False,
                "all that Lambda maintains, as no function was found",
            )
    progress(f"platforms {origin}: {', '.join(platform.title for platform in platforms)}, and the host")
    return platforms, strict


def _refuse(refused: Sequence[Platform], requires_python: str, *, strict: bool) -> None:
    if refused and strict:
        raise PleasingError(
            f"the lock is for Python {requires_python}, and functions use "
            f"{', '.join(platform.title for platform in refused)}; lock for that Python too, or change the "
            f"runtime"
        )


def _complete(
    lock: Lock,
    options: argparse.Namespace,
    platforms: Sequence[Platform],
    index: Optional[Index],
    progress: _Progress,
    note: _Progress,
) -> tuple[Lock, bool]:
    """Returns the lock with what its format does not record, and whether that is still unknown."""
    from tools.lambda_lock import completion

    if index is None:
        from tools.lambda_lock.index import Pip

        index = Pip(platforms, progress)
    if options.fetch_hashes:
        lock = completion.hashes(lock, index, progress)
    if not options.offline:
        return completion.needs(lock, index, progress, everything=options.ask_index), False
    completion.require_answers(lock)
    if lock.incomplete:
        note(
            f"{lock.title} does not record what needs what, and --offline keeps this tool from asking the "
            f"index: no target "
            "has dependencies, and all_requirements has all targets that are not for tests"
        )
    return lock, bool(lock.incomplete)


def _old(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise PleasingError(f"{path} cannot be read ({error})") from None


def _check(options: argparse.Namespace, text: str) -> int:
    import difflib

    old = _old(options.output)
    if old == text:
        return 0
    name = str(options.output)
    sys.stdout.writelines(
        difflib.unified_diff(
            old.splitlines(keepends=True),
            text.splitlines(keepends=True),
            name,
            f"{name} from {options.lock.name}",
        )
    )
    raise PleasingError(
        f"{options.output} is not what this lock file gives; run the same command without --check"
    )


def _write(path: Path, text: str) -> None:
    import os
    import tempfile

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with open(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            os.chmod(temporary, mode)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise PleasingError(f"{path} cannot be written ({error})") from None
