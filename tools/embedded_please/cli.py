"""The command line of the embedded engine, a small part of Please's own."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, Optional

from tools.embedded_please.action import Runner
from tools.embedded_please.build import Build
from tools.embedded_please.cache import Cache
from tools.embedded_please.interpreter import Interpreter
from tools.embedded_please.labels import Label, looks_like_label, split_annotation
from tools.embedded_please.loader import Loader
from tools.embedded_please.progress import Progress
from tools.embedded_please.repository import Repositories
from tools.embedded_please.target import Target
from tools.errors import PleasingError

_NEEDS_PLEASE = (
    "the embedded engine does not {what}: that takes real Please. Where this machine can reach it, pleasew "
    "downloads it; or install it from https://please.build."
)


def main(arguments: Optional[list[str]] = None) -> int:
    """Runs a command.

    Args:
        arguments: Those of the command line, without the program; the process's own if None.

    Returns:
        The exit status: 0, 1 if something is wrong with the input, 2 if the command line is.
    """
    options, rest = _parse(sys.argv[1:] if arguments is None else arguments)
    progress = Progress(options.plain_output, options.verbose)
    try:
        return _run(options, rest, progress)
    except PleasingError as error:
        for problem in error.problems:
            progress.line(f"error: {problem}")
        return 1
    except KeyboardInterrupt:
        progress.line("interrupted")
        return 130


def _parse(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    common = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    flag = common.add_argument
    flag(
        "-p",
        "--plain_output",
        action="store_true",
        default=argparse.SUPPRESS,
        help="write lines only, as for a log",
    )
    flag(
        "-v",
        "--verbosity",
        metavar="LEVEL",
        default=argparse.SUPPRESS,
        help="info or a number above 2 shows more",
    )
    flag("-n", "--num_threads", type=int, metavar="N", default=argparse.SUPPRESS, help="actions at once")
    flag(
        "-c", "--config", metavar="NAME", default=argparse.SUPPRESS, help="build configuration, opt if unset"
    )
    flag(
        "-o",
        "--override",
        action="append",
        metavar="SECTION.KEY:VALUE",
        default=argparse.SUPPRESS,
        help="a setting",
    )
    flag("-r", "--repo_root", metavar="FOLDER", default=argparse.SUPPRESS, help="the repository's folder")
    flag(
        "--show_all_output",
        action="store_true",
        default=argparse.SUPPRESS,
        help="show what all actions print",
    )
    parser = argparse.ArgumentParser(
        prog="pleasew",
        parents=[common],
        allow_abbrev=False,
        description="The embedded engine: builds this project's targets where Please cannot be had.",
    )
    commands = parser.add_subparsers(dest="command", metavar="command", required=True)

    def command(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, parents=[common], allow_abbrev=False, help=text, description=text)

    command("build", "builds targets; all of the repository if none is named").add_argument(
        "targets", nargs="*"
    )
    run = command("run", "builds a target and runs it; arguments follow --")
    run.add_argument("target")
    query = command("query", "asks about targets")
    query.add_argument("question", choices=["alltargets", "print"], metavar="alltargets|print")
    query.add_argument("targets", nargs="*")
    query.add_argument("--hidden", action="store_true", help="with targets that rules make for themselves")
    command("clean", "removes all that was built")
    command("test", "is for real Please").add_argument("targets", nargs="*")

    rest: list[str] = []
    if "--" in arguments:
        arguments, rest = arguments[: arguments.index("--")], arguments[arguments.index("--") + 1 :]
    # Targets may stand on both sides of a flag, which argparse does not take for one list.
    options, more = parser.parse_known_args(arguments)
    if any(text.startswith("-") for text in more) or (more and not hasattr(options, "targets")):
        parser.error(f"unknown: {' '.join(more)}")
    if more:
        options.targets += more
    level = getattr(options, "verbosity", "")
    for name, default in (
        ("plain_output", False),
        ("override", []),
        ("repo_root", None),
        ("show_all_output", False),
    ):
        setattr(options, name, getattr(options, name, default))
    options.verbose = level in ("notice", "info", "debug") or (level.isdigit() and int(level) > 1)
    options.num_threads = max(1, getattr(options, "num_threads", os.cpu_count() or 1))
    if hasattr(options, "config"):
        options.override.append(f"build.config:{options.config}")
    for text in options.override:
        name, colon, _ = text.partition(":")
        if not colon or name.count(".") not in (1, 2):
            parser.error(f"-o {text}: expected section.key:value or plugin.name.key:value")
    if rest and options.command != "run":
        parser.error("-- is followed by arguments of a program that `run` runs")
    return options, rest


def _run(options: argparse.Namespace, rest: list[str], progress: Progress) -> int:
    root, package = _find_root(options.repo_root)
    if options.command == "test":
        raise PleasingError(_NEEDS_PLEASE.format(what="run tests"))
    if options.command == "clean":
        shutil.rmtree(root / "plz-out", ignore_errors=True)
        return 0
    repositories = Repositories(root, options.override, progress.step)
    loader = Loader(repositories, progress.log)
    if options.command == "query":
        return _query(loader, options, package)
    with _locked(root, progress):
        return _build(loader, options, rest, package, progress)


def _build(
    loader: Loader, options: argparse.Namespace, rest: list[str], package: str, progress: Progress
) -> int:
    root = loader.repositories.root.root
    cache = Cache(root)
    runner = Runner(
        root,
        loader.graph,
        loader.repositories.root.settings,
        cache,
        Interpreter(root, progress.step),
        lambda target: progress.step(f"{target} {target.description}"),
    )
    build = Build(loader, runner, options.num_threads, progress, options.verbose or options.show_all_output)
    try:
        texts = [options.target] if options.command == "run" else options.targets or ["//..."]
        targets: list[Target] = []
        problems: list[str] = []
        for text in texts:
            try:
                targets += _expand(loader, text, package)
            except PleasingError as error:
                problems += error.problems
        targets = list({target.label: target for target in targets}.values())
        if not problems:
            build.run(targets)
            problems = build.problems()
    except BaseException:
        runner.stop()
        raise
    finally:
        build.close()
        cache.save()
    for problem in problems:
        progress.line(f"error: {problem}")
    if problems:
        progress.finish(failed=True)
        return 1
    if options.command == "run":
        return _run_program(loader, runner, targets, texts[0], rest)
    progress.finish(failed=False)
    for target in targets:
        for out in loader.graph.outputs(target):
            print(target.out_dir / out)  # noqa: T201 - the answer
    return 0


def _run_program(
    loader: Loader, runner: Runner, targets: list[Target], text: str, rest: list[str]
) -> NoReturn:
    annotation = split_annotation(text)[1]
    outs = loader.graph.annotated(targets[0], annotation)
    if len(targets) != 1 or not targets[0].binary or len(outs) != 1:
        raise PleasingError(f"{text} cannot be run: a binary with one output can be")
    path = str(runner.root / targets[0].out_dir / outs[0])
    command = [path, *rest]
    with open(path, "rb") as file:
        if file.readline(64).split(b" ")[-1].strip() == b"python3":
            runner.interpreter.prepare()
            command = [str(runner.interpreter.python), *command]
    sys.stdout.flush()
    os.execv(command[0], command)  # noqa: S606 - takes the place of this process


def _query(loader: Loader, options: argparse.Namespace, package: str) -> int:
    targets = [t for text in options.targets or ["//..."] for t in _expand(loader, text, package, query=True)]
    found = {target.label: target for target in targets}
    for label in sorted(found):
        if options.hidden or not label.name.startswith("_"):
            print(label if options.question == "alltargets" else _printed(found[label]))  # noqa: T201 - the answer
    return 0


def _printed(target: Target) -> str:
    lines = [f"{target}:", f"  declared at = {target.declared_at}"]
    for name in (
        "kind",
        "commands",
        "srcs",
        "named_srcs",
        "outs",
        "named_outs",
        "labels",
        "requires",
        "provides",
    ):
        value = getattr(target, name)
        if value:
            lines.append(f"  {name} = {value}")
    lines.append(f"  dependencies = {', '.join(map(str, target.dependencies)) or 'none'}")
    return "\n".join(lines)


def _expand(loader: Loader, text: str, package: str, query: bool = False) -> list[Target]:
    """Returns the targets that an argument stands for."""
    if not looks_like_label(text):
        text = "//" + (f"{package}/{text}" if package else text)
    label = loader.repositories.label(split_annotation(text)[0], package)
    if not label.is_wildcard:
        return [loader.target(label, "command line")]
    packages = loader.packages_below(label) if label.name == "..." else [label]
    if not packages:
        raise PleasingError(f"command line: {text} stands for no package")
    targets: list[Target] = []
    for each in packages:
        found = loader.package(Label(each.subrepo, each.package, "all"), "command line").targets.values()
        targets += [target for target in found if query or not {"manual"} & set(target.labels)]
    return targets


def _find_root(given: Optional[str]) -> tuple[Path, str]:
    """Returns the repository's folder, and the package of the current folder in it."""
    here = Path.cwd()
    if given:
        return Path(given).resolve(), ""
    for folder in (here, *here.parents):
        if (folder / ".plzconfig").is_file():
            package = here.relative_to(folder).as_posix()
            return folder, "" if package == "." else package
    raise PleasingError(f"{here} is in no repository: neither it nor a folder above has a .plzconfig")


@contextmanager
def _locked(root: Path, progress: Progress) -> Iterator[None]:
    """Keeps a second build of the repository waiting."""
    import fcntl

    folder = root / "plz-out" / "embedded"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            progress.line("Waiting for another build of this repository...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
