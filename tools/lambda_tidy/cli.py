"""The command line: reads the repository, decides, and shows or writes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from tools import command
from tools.errors import PleasingError
from tools.lambda_tidy.arguments import folder_paths, parser


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the command, and return its exit status: 1 for an error, and where `--check` finds something to change.

    Args:
        arguments: The command line without the program's name; the process's where not given.
    """
    return command.run(parser(), arguments, _run, lambda _: "lambda_tidy")


def _run(options: argparse.Namespace) -> int:
    import gc

    if not options.watch:
        # What a single run makes is needed to its end; looking for cycles in it takes a fifth of the time.
        gc.disable()
    from tools.lambda_tidy.settings import find_root, read_settings

    root = find_root(Path.cwd())
    if not options.watch:
        return _once(root, options)
    from tools.lambda_tidy.watch import state, wait

    settings = read_settings(root)
    now = state(root, settings)
    while True:
        try:
            _once(root, options)
        except PleasingError as error:
            command.say(error.render("lambda_tidy"), sys.stderr)
        now = wait(root, settings, now)


def _once(root: Path, options: argparse.Namespace) -> int:
    from tools.lambda_tidy.libcst_wheel import bring_libcst
    from tools.lambda_tidy.plan import make_plan
    from tools.lambda_tidy.settings import read_settings
    from tools.lambda_tidy.survey import survey
    from tools.lambda_tidy.write import diff, new_texts, write

    settings = read_settings(root)
    folders = folder_paths(options.folders, str(root))
    missing = [folder for folder in folders if not (root / folder).is_dir() or folder.startswith("..")]
    if missing:
        raise PleasingError([f"there is no folder {folder} in the repository" for folder in missing])
    found = survey(root, settings)
    plan = make_plan(found, folders, options.function)
    if any(change.edits for change in plan.changes):
        bring_libcst(root)
    texts = new_texts(root, plan.changes)
    if not options.quiet:
        for note in plan.notes:
            command.say(f"lambda_tidy: note: {note}", sys.stderr)
    if options.check or options.diff:
        sys.stdout.write(diff(texts))
        if options.check and texts:
            raise PleasingError(f"{_files(len(texts))} would change; run the same command without --check")
        return 0
    write(root, texts)
    if not options.quiet:
        for path, (before, _) in texts.items():
            command.say(f"lambda_tidy: {'changed' if before else 'made'} {path}", sys.stderr)
        if not texts:
            command.say(
                f"lambda_tidy: nothing to change in {_files(len(found.repository.builds))}", sys.stderr
            )
    return 0


def _files(count: int) -> str:
    return f"{count} BUILD file" if count == 1 else f"{count} BUILD files"
