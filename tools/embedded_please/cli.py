"""The command line of the embedded engine, a small part of Please's own."""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Optional

from tools import command
from tools.embedded_please.action import Runner
from tools.embedded_please.build import build
from tools.embedded_please.builtin import Builtins
from tools.embedded_please.cache import Cache, remove
from tools.embedded_please.host_python import host_python
from tools.embedded_please.inputs import Inputs
from tools.embedded_please.label import Label, parse
from tools.embedded_please.loader import Loader
from tools.embedded_please.package import BuildTarget
from tools.embedded_please.subrepo import Subrepos
from tools.errors import PleasingError
from tools.plzconfig import repository_of

_SOURCES = ("embedded_please/**/*.[bp]*", "archive/*.py", "*.py")  # this engine and what it imports
_KEPT = 10 * 1024**3  # bytes of outputs, as in Please's own cache unless it is configured


def main(arguments: Optional[list[str]] = None) -> int:
    """Run a command; returns 1 where the input is wrong, 2 where the command line is, 130 where interrupted."""
    arguments = sys.argv[1:] if arguments is None else arguments
    end = arguments.index("--") if "--" in arguments else len(arguments)
    parser = argparse.ArgumentParser(prog="pleasew", description="Builds BUILD files without Please.")
    parser.add_argument("-p", "--plain_output", action="store_true", help="write whole lines, as for a log")
    parser.add_argument("command", choices=("build", "run"), help="run takes a program, -- and arguments")
    parser.add_argument("targets", nargs="*", help="//package:name or //package/...")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)
    rest = arguments[end + 1 :]
    # Options first, as argparse takes none between two positional arguments.
    ordered = sorted(arguments[:end], key=lambda argument: not argument.startswith("-"))
    return command.run(parser, ordered, lambda options: _run(options, rest), lambda _: parser.prog)


class Progress:
    """On a terminal one line that changes, unless it is to be plain; else a line a step."""

    def __init__(self, plain: bool) -> None:
        self._moving = sys.stderr.isatty() and not plain
        self._last = ""

    def step(self, text: str) -> None:
        """Show what is being done. A text that differs only after its last colon is the same step, later."""
        step = text.rpartition(": ")[0] or text
        if self._moving:
            self.clear(text[: shutil.get_terminal_size().columns - 1])
        elif step != self._last:
            command.say(text, sys.stderr)
        self._last = step

    def line(self, text: str) -> None:
        """Show what is to stay."""
        self.clear()
        command.say(text, sys.stderr)

    def clear(self, text: str = "") -> None:
        """Remove the line that changes, or put a text into its place."""
        if self._moving:
            print("\r\033[K", text, sep="", end="", file=sys.stderr, flush=True)  # noqa: T201 - no line to say


def _run(options: argparse.Namespace, rest: list[str]) -> None:
    progress, here = Progress(options.plain_output), Path.cwd()
    root = repository_of(here)
    if root is None:
        raise PleasingError(f"{here} is in no repository: neither it nor a folder above has a .plzconfig")
    try:
        outs = _build(root, options.targets or ["//..."], progress)
    finally:
        progress.clear()
    if options.command == "run":
        programs = [str(root / path) for target in outs if target.binary for path in outs[target]]
        if len(programs) != 1 or len(outs) != 1:
            raise PleasingError(f"{', '.join(options.targets)} cannot be run: one binary with one output can")
        python = host_python(root / "plz-out/embedded/venv", progress.step)
        path = f"{python.parent}:{os.environ['PATH']}"  # for programs that begin with #!/usr/bin/env python3
        os.execve(programs[0], [programs[0], *rest], {**os.environ, "PATH": path})  # noqa: S606 - it needs no shell
    for paths in outs.values():
        sizes = _sizes([root / path for path in paths])
        for out in (each for each in paths if not sizes or each.suffix == ".zip"):
            command.say(f"{out}{sizes}")


def _build(root: Path, texts: list[str], progress: Progress) -> dict[BuildTarget, list[Path]]:
    """Build what the command line names, and return the outputs of each target."""
    loader = Loader(Subrepos(root, progress.step))
    inputs = Inputs(loader)
    Builtins(loader, inputs, progress.line)
    state = root / "plz-out" / "embedded"
    with _locked(state / "lock", progress):
        remove(state / "tmp")  # what a build that was killed has left
        cache = Cache(root, _engine())
        runner = Runner(loader.subrepos.root, inputs, cache, progress.step)
        targets = _targets(loader, texts)
        try:
            build(targets, loader, inputs, runner, os.cpu_count() or 1)
        finally:
            cache.save(_KEPT)
    return {target: [target.out_dir / out for out in inputs.outputs(target)] for target in targets}


def _targets(loader: Loader, texts: list[str]) -> list[BuildTarget]:
    """Return the targets that the command line names."""
    found: dict[Label, BuildTarget] = {}
    for text in texts:
        label = parse(text.partition("|")[0])
        packages = [label]
        if label.name == "...":
            below = loader.subrepos.get(label.subrepo).packages(label.package)
            packages = [Label(label.subrepo, each, "all") for each in below]
        for each in packages:
            several = each.name == "all"  # less what is to be named, as Please has it
            named = loader.package(each).targets.values() if several else [loader.target(each)]
            found.update((one.label, one) for one in named if not several or "manual" not in one.labels)
    return list(found.values())


def _sizes(paths: list[Path]) -> str:
    """Return what a function's manifest says of its zip: its size, and how far below its caps it is."""
    is_function = [path.suffix for path in paths] == [".zip", ".json"]
    manifest: Any = json.loads(paths[1].read_text(encoding="utf-8")) if is_function else {}
    if "caps" not in manifest:
        return ""
    left = [f"{cap['headroom_bytes']:,} below {cap['name']}" for cap in manifest["caps"].values() if cap]
    return f"  {manifest['zip_bytes']:,} bytes: {', '.join(left)}"


@contextmanager
def _locked(path: Path, progress: Progress) -> Iterator[None]:
    """Keep a second build of the repository waiting."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            progress.line("Waiting for another build of this repository...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _engine() -> str:
    """Return the hash of this engine's own code."""
    tools = Path(__file__).parents[1]
    files = sorted(file for pattern in _SOURCES for file in tools.glob(pattern) if file.is_file())
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
