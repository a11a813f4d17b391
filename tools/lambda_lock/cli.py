"""The command line: from a lock file to the BUILD file, step by step."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional

from tools.command import run, say
from tools.errors import PleasingError
from tools.lambda_lock.arguments import parser

if TYPE_CHECKING:
    from tools.aws.platform import Platform
    from tools.lambda_lock.index import Index
    from tools.lambda_lock.lock import Lock
    from tools.lambda_lock.marker_environments import MarkerEnvironments
    from tools.lambda_lock.plan import Options

# The first that evaluates the markers of lock files (PEP 751).
_PACKAGING = 25


def main(arguments: Optional[Sequence[str]] = None, index: Optional[Index] = None) -> int:
    """Run the command and return its exit status.

    Args:
        arguments: The command line; None takes the process's.
        index: What is asked for what a lock does not record; None asks the user's pip.
    """
    return run(
        parser(), arguments, lambda options: _Run(options, index).run(), lambda options: str(options.lock)
    )


class _Run:
    """One run of the command."""

    def __init__(self, options: argparse.Namespace, index: Optional[Index]) -> None:
        self._options = options
        self._index = index

    def run(self) -> int:
        """Write or check the BUILD file, and return the exit status."""
        _require_packaging()
        from tools.lambda_lock import build_file, update
        from tools.lambda_lock.plan import plan
        from tools.lambda_lock.requirement_rules import bundle
        from tools.lambda_lock.rule_call import LIBRARY, REQUIREMENT

        options = self._options
        lock = self._read()
        environments, strict = self._environments(lock)
        lock, bundled = self._complete(lock, environments)
        planned = plan(lock, environments, self._wanted(strict))
        targets = planned.targets
        if bundled:
            targets = tuple(sorted([*targets, bundle(targets)], key=lambda target: target.name))
        old = update.read_old(options.output)
        merged = build_file.merge(
            old,
            targets,
            path=str(options.output),
            lock=options.lock.name,
            subincludes={REQUIREMENT: options.subinclude, LIBRARY: options.python_subinclude},
        )
        for line in (*planned.notes, *merged.notes):
            self._note(line)
        if merged.text == old:
            if not options.check:
                self._progress(f"{options.output} is up to date: {len(targets)} targets")
        elif options.check:
            if not options.quiet:
                for line in build_file.changes(old, merged.text, str(options.output)):
                    sys.stdout.write(f"{line}\n")
                sys.stdout.write(update.difference(old, merged.text, options.output, options.lock.name))
            raise PleasingError(
                f"{options.output} is not what this lock file gives; run the same command without --check"
            )
        else:
            update.write(options.output, merged.text)
            self._progress(f"wrote {options.output}: {len(targets)} targets")
        return 0

    def _progress(self, line: str) -> None:
        if not self._options.quiet:
            say(f"lambda_lock: {line}", sys.stderr)

    def _note(self, line: str) -> None:
        if not self._options.quiet:
            say(f"lambda_lock: note: {line}", sys.stderr)

    def _read(self) -> Lock:
        from tools.lambda_lock import formats
        from tools.lambda_lock.lock import MAIN

        options = self._options
        lock = formats.read(options.lock, options.project)
        self._progress(f"read {options.lock} ({lock.title}): {len(lock.distributions)} distributions")
        if options.test_lock:
            tests = formats.read(options.test_lock, options.project)
            self._progress(
                f"read {options.test_lock} ({tests.title}): {len(tests.distributions)} distributions"
            )
            lock = lock.with_tests(tests)
        if not lock.roots.get(MAIN) and len(lock.roots) <= 1 and lock.distributions:
            raise PleasingError(
                f"{lock.title} has distributions but the project asks for none; is --project the right file?"
            )
        for line in lock.notes:
            self._note(line)
        if lock.indexes:
            self._note(
                f"the lock names {', '.join(lock.indexes)}; no rule has an index's address, pip's "
                "configuration decides where files come from"
            )
        return lock

    def _environments(self, lock: Lock) -> tuple[MarkerEnvironments, bool]:
        """Return where the lock is evaluated, and whether that is known rather than all that could be."""
        from tools.lambda_lock.marker_environments import MarkerEnvironments

        platforms, strict = self._platforms()
        environments = MarkerEnvironments(platforms, lock.requires_python)
        if environments.refused and strict:
            raise PleasingError(
                f"the lock is for Python {lock.requires_python}, and functions use "
                f"{_names(environments.refused)}; lock for that Python too, or change the runtime"
            )
        return environments, strict

    def _platforms(self) -> tuple[tuple[Platform, ...], bool]:
        """Return the functions' platforms, and whether they are known rather than all that there are."""
        from tools.aws.platform import maintained_platforms
        from tools.lambda_lock import function_platforms
        from tools.plzconfig import repository_of

        options = self._options
        if options.platform:
            platforms, strict, origin = _named(options.platform), True, "named by --platform"
        else:
            root = repository_of(options.output.resolve().parent)
            found = function_platforms.platforms(root) if root else None
            if found and found.platforms:
                platforms, strict = found.platforms, found.whole
                origin = f"of {found.functions} python_lambda rules below {root}"
                if not found.whole:
                    origin += ", some of which do not name their runtime or architecture"
            else:
                platforms, strict = maintained_platforms(), False
                origin = "all that Lambda maintains, as no function was found"
        self._progress(f"platforms {origin}: {_names(platforms)}, and the host")
        return platforms, strict

    def _complete(self, lock: Lock, environments: MarkerEnvironments) -> tuple[Lock, bool]:
        """Return the lock with what its format does not record, and whether that is still unknown."""
        from tools.lambda_lock import completion

        options = self._options
        index = self._index
        if index is None:
            from tools.lambda_lock.index import Pip

            index = Pip(environments, self._progress)
        told = len(lock.notes)
        lock = completion.for_functions(
            lock,
            environments,
            everything=options.ask_index,
            hashes=options.fetch_hashes,
        )
        for line in lock.notes[told:]:
            self._note(line)
        if options.fetch_hashes:
            lock = completion.hashes(lock, index, environments, self._progress)
        if not options.offline:
            lock = completion.needs(lock, index, environments, self._progress, everything=options.ask_index)
            return lock, False
        completion.require_answers(lock)
        if lock.incomplete:
            self._note(
                f"{lock.title} does not record what needs what, and --offline keeps this tool from asking "
                "the index: no target has dependencies, and all_requirements has all targets that are not "
                "for tests"
            )
        return lock, bool(lock.incomplete)

    def _wanted(self, strict: bool) -> Options:
        from packaging.utils import canonicalize_name

        from tools.lambda_lock.lock import MAIN
        from tools.lambda_lock.plan import Options

        options = self._options
        groups = None
        if options.group:
            groups = frozenset(canonicalize_name(group) for group in options.group if group != "none") - {
                MAIN
            }
        return Options(
            mapped={canonicalize_name(name): label for name, label in options.map},
            groups=groups,
            runtime_groups=frozenset(map(canonicalize_name, options.runtime_group)),
            strict=strict,
        )


def _require_packaging() -> None:
    """Raise where the one package that this tool needs is not there, as in a fresh checkout."""
    try:
        import packaging

        found = f"has in version {packaging.__version__}"
        if int(packaging.__version__.split(".")[0]) >= _PACKAGING:
            return
    except ImportError:
        found = "does not have"
    raise PleasingError(
        f"lambda_lock needs the package `packaging`, {_PACKAGING}.0 or newer, which {sys.executable} {found}; "
        f"install it (python3 -m pip install 'packaging>={_PACKAGING}'), or run what Please builds "
        "(plz run //tools/lambda_lock -- ...)"
    )


def _named(texts: Sequence[str]) -> tuple[Platform, ...]:
    """Return the platforms that the command line names.

    Raises:
        PleasingError: Some are none; all of them are told.
    """
    from tools.aws.platform import parse_name

    problems: list[str] = []
    named = set()
    for text in texts:
        try:
            named.add(parse_name(text))
        except PleasingError as error:
            problems += error.problems
    if problems:
        raise PleasingError(problems)
    return tuple(sorted(named))


def _names(platforms: Sequence[Platform]) -> str:
    return ", ".join(platform.name for platform in platforms)
