"""An action makes a target's outputs in a clean folder and environment, unless they are there already."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import threading
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional

from tools.embedded_please import cache as caching
from tools.embedded_please import environment
from tools.embedded_please.cache import Cache, Record
from tools.embedded_please.graph import File
from tools.embedded_please.interpreter import Interpreter
from tools.embedded_please.settings import Settings
from tools.embedded_please.target import FileInput, LabelInput, ProgramInput, SystemInput, Target
from tools.errors import PleasingError

if TYPE_CHECKING:
    from tools.embedded_please.graph import Graph

_TIMEOUT = 600  # seconds, Please's default
_FETCH_TIMEOUT = 30  # seconds without an answer


@dataclass
class Action:
    """What is needed to build one target, gathered while no other thread reads BUILD files.

    Attributes:
        target: The target.
        folder: The folder that it runs in, absolute.
        out_dir: The folder that its outputs go to, absolute.
        command: Its command, with locations filled in.
        env: Its environment.
        inputs: Its inputs.
        tools: Name and file of each tool.
        keyed: What else decides what it gives.
    """

    target: Target
    folder: Path
    out_dir: Path
    command: str
    env: dict[str, str]
    inputs: list[File]
    tools: list[tuple[str, str]]
    keyed: dict[str, Any]
    outs: list[str]
    key: str = ""


@dataclass
class Result:
    """What came of an action.

    Attributes:
        action: The action.
        record: Its outputs; None while they have not been collected.
        ran: Whether it was run, and not found to be done.
        stdout: What it printed.
        output: What it printed, errors included.
    """

    action: Action
    record: Optional[Record]
    ran: bool
    stdout: str = ""
    output: str = ""


@dataclass
class Runner:
    """Runs actions; safe to use from several threads, but for `prepare`.

    Attributes:
        root: Folder of the user's repository.
        graph: Knows the files of targets.
        settings: Those of the user's repository.
        cache: Knows what is built.
        interpreter: What `python3` means.
        started: Called when an action is about to be run.
    """

    root: Path
    graph: Graph
    settings: Settings
    cache: Cache
    interpreter: Interpreter
    started: Callable[[Target], None]
    _processes: set[subprocess.Popen[str]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def prepare(self, target: Target) -> Action:
        """Gathers what an action needs.

        Args:
            target: Its target, whose prerequisites are built.
        """
        label = target.label
        folder = self.root / "plz-out" / "tmp" / label.subrepo / label.package / f"{label.name}._build"
        graph = self.graph
        command, env, tools, inputs = "", {}, [], []
        outs = graph.outputs(target)
        raw = target.command(self.settings.value("Build", "Config", "opt"))
        if target.kind == "rule":
            command = environment.expand(graph, target, raw, self.root)
            inputs = [file for item in graph.inputs(target) for file in graph.files(target, item)]
            for tool in target.all_tools():
                if isinstance(tool, SystemInput):
                    tools.append((tool.path, os.path.expanduser(tool.path)))
                elif isinstance(tool, LabelInput):
                    tools += [(str(tool.label), file.full_path) for file in graph.files(target, tool)]
                elif isinstance(tool, ProgramInput):
                    tools.append((tool.name, ""))
            if "python" in raw or any(name in ("python", "python3") for name, _ in tools):
                self.interpreter.prepare()
            env = environment.variables(
                graph, target, self.settings, folder, self.root, self.interpreter.python
            )
        elif target.kind == "filegroup":
            # Where files are now, and where they go in the package's own output folder.
            for source in target.all_srcs():
                files = graph.files(target, source)
                if isinstance(source, FileInput):
                    inputs += [File(source.path, file.full_path) for file in files]
                elif isinstance(source, LabelInput):
                    for provider in graph.providers(source, target):
                        for out in graph.annotated(provider, source.annotation):
                            inputs.append(File(out, str(provider.out_dir / out)))
        keyed = {
            "format": caching.FORMAT,
            "label": str(label),
            "kind": target.kind,
            "command": raw,
            "env": environment.keyed_variables(target, self.settings),
            "own env": target.env,
            "interpreter": self.interpreter.identity if target.kind == "rule" else "",
            "outs": target.outs,
            "named outs": target.named_outs,
            "srcs": graph.source_paths(target, target.all_srcs()),
            "named srcs": {
                name: graph.source_paths(target, group) for name, group in target.named_srcs.items()
            },
            "dirs": target.output_dirs,
            "optional": target.optional_outs,
            "flags": [target.binary, target.exit_on_error, target.stamp],
            "content": target.content,
            "urls": target.urls,
            "hashes": target.hashes,
        }
        return Action(target, folder, self.root / target.out_dir, command, env, inputs, tools, keyed, outs)

    def run(self, action: Action) -> Result:
        """Builds a target, if it is not built from the same inputs already.

        Args:
            action: What `prepare` gathered.

        Returns:
            Its outputs; of one with a `post_build` that has been run only what it printed: `collect` is next.

        Raises:
            PleasingError: If it fails.
        """
        target = action.target
        action.key = self._key(action)
        name = str(target)
        record = self.cache.records.get(name)
        if record is not None and record.key == action.key and self._is_there(action, record):
            return Result(action, record, False, record.stdout)
        restored = self.cache.restore(action.key, action.out_dir) if target.kind != "filegroup" else None
        if restored is not None and self._is_there(action, restored):
            self.cache.records[name] = restored
            return Result(action, restored, False, restored.stdout)
        self.cache.records.pop(name, None)
        try:
            if target.kind == "rule":
                self.started(target)
                result = self._run_command(action)
            else:
                result = self._run_native(action)
            if not (target.post_build and target.kind == "rule"):
                self.collect(result)
        except BaseException:
            for out in action.outs if target.kind != "filegroup" else []:
                caching.remove(action.out_dir / out)
            caching.remove(action.folder)
            raise
        return result

    def stop(self) -> None:
        """Ends every command that runs."""
        with self._lock:
            for process in self._processes:
                _kill(process)

    def _key(self, action: Action) -> str:
        parts: list[object] = [action.keyed]
        missing = []
        for file in action.inputs:
            try:
                parts.append([file.path, self._hash(file.full_path)])
            except OSError as error:
                missing.append(f"{action.target}: its source {file.path} cannot be read: {error.strerror}")
        if missing:
            raise PleasingError(missing)
        for name, path in action.tools:
            parts.append([name, self._hash(path) if path else ""])
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def _hash(self, path: str) -> str:
        return self.cache.hashes.of(os.path.join(self.root, path))

    def _is_there(self, action: Action, record: Record) -> bool:
        try:
            return all(self._hash(str(action.out_dir / out)) == value for out, value in record.hashes.items())
        except OSError:
            return False

    # Running

    def _run_command(self, action: Action) -> Result:
        target = action.target
        caching.remove(action.folder)
        action.folder.mkdir(parents=True)
        for file in action.inputs:
            place = action.folder / file.path
            if not os.path.lexists(place):
                source = self.root / file.full_path
                # What is built is read-only and can be linked; the user's own files are not put at risk.
                (caching.link if str(file.full_path).startswith("plz-out/") else caching.copy)(source, place)
        for out in action.outs:
            (action.folder / out).parent.mkdir(parents=True, exist_ok=True)
        action.out_dir.mkdir(parents=True, exist_ok=True)
        if not action.command:
            return Result(action, None, True)
        rule_hash = base64.urlsafe_b64encode(bytes.fromhex(action.key)).decode().rstrip("=")
        env = {**action.env, "RULE_HASH": rule_hash}
        if target.stamp:
            env["STAMP"] = rule_hash
        bash = shutil.which("bash") or "/bin/bash"
        options = ["--noprofile", "--norc", *(["-e"] if target.exit_on_error else []), "-u", "-o", "pipefail"]
        apart = target.post_build is not None
        process = subprocess.Popen(
            [bash, *options, "-c", action.command],
            cwd=action.folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if apart else subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        with self._lock:
            self._processes.add(process)
        timeout = target.timeout or _TIMEOUT
        try:
            stdout, stderr = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            _kill(process)
            stdout, stderr = process.communicate()
            output = _indented(stdout + (stderr or ""))
            raise PleasingError(
                f"{target}: its command did not end within {timeout} seconds{output}"
            ) from None
        finally:
            with self._lock:
                self._processes.discard(process)
        output = stdout + (stderr or "")
        if process.returncode:
            how = f"failed with exit status {process.returncode}"
            if process.returncode < 0:
                how = f"was ended by signal {-process.returncode}"
            raise PleasingError(f"{target}: its command {how}{_indented(output) or ', without a word'}")
        return Result(action, None, True, stdout, output)

    def _run_native(self, action: Action) -> Result:
        target = action.target
        action.out_dir.mkdir(parents=True, exist_ok=True)
        if target.kind == "filegroup":
            for file in action.inputs:
                self._place(self.root / file.full_path, action.out_dir / file.path, target)
            return Result(action, None, True)
        caching.remove(action.folder)
        action.folder.mkdir(parents=True)
        for out in action.outs:
            place = action.folder / environment.temporary_out(target, out)
            place.parent.mkdir(parents=True, exist_ok=True)
            if target.kind == "text_file":
                place.write_text(target.content, encoding="utf-8")
            else:
                self.started(target)
                _fetch(target, place)
        return Result(action, None, True)

    def _place(self, source: Path, place: Path, target: Target) -> None:
        """Puts one file of a filegroup into its output folder, where another filegroup may want it too."""
        with self._lock:
            if source == place:
                return
            if os.path.lexists(place):
                if self._hash(str(source)).rstrip("x") == self._hash(str(place)).rstrip("x"):
                    return
                caching.remove(place)
            caching.copy(source, place)
            _set_modes(place, target.binary)

    # Collecting

    def collect(self, result: Result) -> None:
        """Moves the outputs of an action that has been run to where they belong.

        Args:
            result: What `run` returned; its record is set.

        Raises:
            PleasingError: If an output is missing or has a wrong hash.
        """
        action, target = result.action, result.action.target
        if target.kind == "filegroup":
            outs, optional = list(dict.fromkeys(file.path for file in action.inputs)), []
        else:
            self._flatten(action)
            outs = self.graph.outputs(target)
            missing = [
                o for o in outs if not os.path.lexists(action.folder / environment.temporary_out(target, o))
            ]
            if missing:
                message = f"{target}: its command has not made {', '.join(missing)}"
                raise PleasingError(message + _indented(result.output))
            optional = sorted(o for o in _matching(action.folder, target.optional_outs) if o not in outs)
            self._check_hashes(action, outs)
            for out in [*outs, *optional]:
                self._move(
                    action, action.folder / environment.temporary_out(target, out), action.out_dir / out
                )
        hashes = {out: self._hash(str(action.out_dir / out)) for out in [*outs, *optional]}
        result.record = Record(action.key, outs, optional, hashes, result.stdout if target.post_build else "")
        self.cache.records[str(target)] = result.record
        if target.kind != "filegroup":
            self.cache.store(result.record, action.out_dir)
            caching.remove(action.folder)

    def _flatten(self, action: Action) -> None:
        """Makes outputs of what is in output folders: with `/**` each file, else what is at the top."""
        for text in action.target.output_dirs:
            every = text.endswith("/**")
            top = action.folder / (text[:-3] if every else text)
            if not top.is_dir():
                raise PleasingError(f"{action.target}: its command has not made the folder {top.name}")
            found = [p for p in top.rglob("*") if not p.is_dir()] if every else list(top.iterdir())
            for path in sorted(found):
                out = str(path.relative_to(top))
                place = action.folder / out
                place.parent.mkdir(parents=True, exist_ok=True)
                caching.remove(place)
                path.rename(place)
                action.target.add_out(out)

    def _move(self, action: Action, source: Path, place: Path) -> None:
        _set_modes(source, action.target.binary)
        if os.path.lexists(place):
            if self._hash(str(source)) == self._hash(str(place)):
                return  # what depends on it sees that nothing has changed, at no cost
            caching.remove(place)
        place.parent.mkdir(parents=True, exist_ok=True)
        source.rename(place)

    def _check_hashes(self, action: Action, outs: list[str]) -> None:
        wanted = [text.rpartition(":")[2].strip().lower() for text in action.target.hashes]
        if not wanted:
            return
        if len(outs) != 1 or not (action.folder / outs[0]).is_file():
            raise PleasingError(f"{action.target}: the embedded engine checks hashes of a single file only")
        content = (action.folder / outs[0]).read_bytes()
        sha256, sha1 = hashlib.sha256(content).hexdigest(), hashlib.sha1(content).hexdigest()  # noqa: S324 - hashes may be SHA-1
        if sha256 not in wanted and sha1 not in wanted:
            raise PleasingError(
                f"{action.target}: {outs[0]} has the SHA-256 {sha256}; expected {' or '.join(wanted)}"
            )


def _set_modes(path: Path, binary: bool) -> None:
    """Makes outputs read-only, and programs of those that are."""
    if path.is_symlink():
        return
    if path.is_dir():
        for entry in path.iterdir():
            _set_modes(entry, False)
    else:
        path.chmod(0o555 if binary or path.stat().st_mode & 0o100 else 0o444)


def _fetch(target: Target, place: Path) -> None:
    """Fetches a file from the first address that has it."""
    problems = []
    for url in target.urls:
        try:
            if not url.startswith(("file://", "http://", "https://")):
                raise ValueError("not a file:// or http(s):// address")
            with urllib.request.urlopen(url, timeout=_FETCH_TIMEOUT) as answer, place.open("wb") as out:  # noqa: S310
                shutil.copyfileobj(answer, out)
        except (OSError, ValueError) as error:
            problems.append(f"\n  {url}: {getattr(error, 'reason', error)}")
        else:
            return
    raise PleasingError(f"{target} could not be fetched:{''.join(problems)}")


def _matching(folder: Path, patterns: list[str]) -> list[str]:
    return [str(path.relative_to(folder)) for pattern in patterns for path in folder.glob(pattern)]


def _kill(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _indented(output: str) -> str:
    text = output.strip("\n")
    return ":\n" + "\n".join(f"  {line}".rstrip() for line in text.split("\n")) if text else ""
