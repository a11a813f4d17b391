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
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Optional

from tools.embedded_please.action import Runner
from tools.embedded_please.build import build
from tools.embedded_please.builtin import Builtins
from tools.embedded_please.cache import Cache
from tools.embedded_please.host_python import host_python
from tools.embedded_please.inputs import Inputs
from tools.embedded_please.label import Label, parse
from tools.embedded_please.loader import Loader
from tools.embedded_please.package import BuildTarget
from tools.embedded_please.subrepo import Subrepos
from tools.errors import PleasingError

_COMMANDS = ("build", "run")
_STANDS_ON = ("embedded_please/**/*.[bp]*", "archive/*.py", "*.py")


def main(arguments: Optional[list[str]] = None) -> int:
    """Runs a command; returns 1 where the input is wrong, 2 where the command line is."""
    arguments = sys.argv[1:] if arguments is None else arguments
    end = arguments.index("--") if "--" in arguments else len(arguments)
    parser = argparse.ArgumentParser(prog="pleasew", description="Builds BUILD files without Please.")
    parser.add_argument("-p", "--plain_output", action="store_true", help="write whole lines, as for a log")
    parser.add_argument("command", help="build; or run, followed by one program, -- and its arguments")
    parser.add_argument("targets", nargs="*", help="//package:name or //package/...")
    options = parser.parse_intermixed_args(arguments[:end])
    if options.command not in _COMMANDS:
        near = [f"did you mean {name}?" for name in get_close_matches(options.command, _COMMANDS)]
        hint = (near or ["the others take real Please"])[0]
        parser.error(f"there is no command {options.command!r}, but {' and '.join(_COMMANDS)}; {hint}")
    progress = Progress(options.plain_output)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _run(options, arguments[end + 1 :], progress)
    except PleasingError as error:
        for problem in error.problems:
            progress.line(f"error: {problem}")
        return 1
    except KeyboardInterrupt:
        progress.line("interrupted")
        return 130


class Progress:
    """On a terminal one line that changes, unless it is to be plain; else a line a step."""

    def __init__(self, plain: bool) -> None:
        self._moving = sys.stderr.isatty() and not plain
        self._last = ""

    def step(self, text: str) -> None:
        """Shows what is being done. A text that differs only after its last colon is the same step, later."""
        step = text.rpartition(": ")[0] or text
        if self._moving:
            text = f"\r\033[K{text[: shutil.get_terminal_size().columns - 1]}"
        if self._moving or step != self._last:
            print(text, end="" if self._moving else "\n", file=sys.stderr, flush=True)  # noqa: T201
        self._last = step

    def line(self, text: str) -> None:
        """Shows what is to stay."""
        print(f"\r\033[K{text}" if self._moving else text, file=sys.stderr, flush=True)  # noqa: T201


def _run(options: argparse.Namespace, rest: list[str], progress: Progress) -> int:
    here = Path.cwd()
    root = next((folder for folder in (here, *here.parents) if (folder / ".plzconfig").is_file()), None)
    if root is None:
        raise PleasingError(f"{here} is in no repository: neither it nor a folder above has a .plzconfig")
    loader = Loader(Subrepos(root, progress.step))
    inputs = Inputs(loader)
    Builtins(loader, inputs, progress.line)
    state = root / "plz-out" / "embedded"
    with _locked(state / "lock", progress):
        cache = Cache(state / "state.json", _engine())
        runner = Runner(loader.subrepos.root, inputs, cache, progress.step)
        targets = _targets(loader, options.targets or ["//..."])
        try:
            build(targets, loader, inputs, runner, os.cpu_count() or 1)
        finally:
            cache.save()
    outs = {target: [target.out_dir / out for out in inputs.outputs(target)] for target in targets}
    if options.command == "run":
        if [len(each) for each in outs.values()] != [1] or not targets[0].binary:
            raise PleasingError(f"{', '.join(options.targets)} cannot be run: one binary with one output can")
        python, program = host_python(state / "venv", progress.step), str(root / outs[targets[0]][0])
        path = f"{python.parent}:{os.environ['PATH']}"  # for programs that begin with #!/usr/bin/env python3
        os.execve(program, [program, *rest], {**os.environ, "PATH": path})  # noqa: S606
    for paths in outs.values():
        sizes = _sizes([root / path for path in paths])
        print(*(f"{path}{sizes}" for path in paths if not sizes or path.suffix == ".zip"), sep="\n")  # noqa: T201
    return 0


def _targets(loader: Loader, texts: list[str]) -> list[BuildTarget]:
    """Returns the targets that the command line names."""
    found: dict[Label, BuildTarget] = {}
    for text in texts:
        label = parse(text.partition("|")[0])
        packages = [label]
        if label.name == "...":
            below = loader.subrepos.get(label.subrepo).packages(label.package)
            packages = [Label(label.subrepo, each, "all") for each in below]
        for each in packages:
            named = loader.package(each).targets.values() if each.name == "all" else [loader.target(each)]
            found.update((target.label, target) for target in named)
    return list(found.values())


def _sizes(paths: list[Path]) -> str:
    """Returns what a function's manifest says of its zip: its size, and how far below its caps it is."""
    if [path.suffix for path in paths] != [".zip", ".json"]:
        return ""
    manifest: Any = json.loads(paths[1].read_text(encoding="utf-8"))
    if "caps" not in manifest:
        return ""
    left = [f"{cap['headroom_bytes']:,} below {cap['name']}" for cap in manifest["caps"].values() if cap]
    return f"  {manifest['zip_bytes']:,} bytes: {', '.join(left)}"


@contextmanager
def _locked(path: Path, progress: Progress) -> Iterator[None]:
    """Keeps a second build of the repository waiting."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            progress.line("Waiting for another build of this repository...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _engine() -> str:
    """Returns the hash of the engine and of what it stands on."""
    tools = Path(__file__).parents[1]
    files = sorted(file for pattern in _STANDS_ON for file in tools.glob(pattern) if file.is_file())
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
