"""An action makes a target's outputs in a clean folder and environment, unless they are there already."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, NamedTuple

from tools.embedded_please.cache import Cache, remove
from tools.embedded_please.host_python import IDENTITY, host_python
from tools.embedded_please.inputs import File, Inputs
from tools.embedded_please.package import BuildTarget, Input
from tools.embedded_please.subrepo import Subrepo
from tools.errors import PleasingError

_PATH = ["/usr/local/bin", "/usr/bin", "/bin"]  # Please's own default
_BASH = ["bash", "--noprofile", "--norc", "-u", "-o", "pipefail", "-c"]


class Action(NamedTuple):
    """What it takes to build one target, gathered while no other thread reads BUILD files."""

    target: BuildTarget
    folder: Path  # that it runs in
    out_dir: Path
    files: list[File]  # that it finds there, and under "" the files of its tools
    outs: dict[str, str]  # and where in the folder it puts them
    env: dict[str, str]
    keyed: list[Any]  # what decides its outputs, apart from the contents of files


@dataclass
class Runner:
    """Runs actions of the user's repository, from several threads at once; `step` is told what is done."""

    repository: Subrepo
    inputs: Inputs
    cache: Cache
    step: Callable[[str], None]
    _running: set[subprocess.Popen[str]] = field(default_factory=set)
    _stopped: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def prepare(self, target: BuildTarget) -> Action:
        """Gathers what an action needs; what its target needs is built."""
        label, root = target.label, self.repository.root
        folder = root / "plz-out/embedded/tmp" / label.subrepo / label.package / f"{label.name}._build"
        files, names = self.inputs.all_files(target), self.inputs.outputs(target)
        if target.kind == "filegroup":
            places = [f"{label.package}/{out}".lstrip("/") for out in names]
            files = [File(place, file.source) for place, file in zip(places, files)]
        else:  # an output may have the name of a source or of its folder
            taken = {str(part) for file in files for part in (file.path, *Path(file.path).parents)}
            places = [out + ".out" if out in taken else out for out in names]
        outs = dict(zip(names, places))
        env = self._environment(target, folder, outs) if target.kind == "rule" else {}
        files += [File("", tool) for tool in env.get("TOOLS", "").split() if Path(tool).is_relative_to(root)]
        tools = [[item.text for item in group] for group in target.tools.values()]
        keyed = [IDENTITY, target.kind, target.cmd, target.content, target.binary, outs, target.env, tools]
        return Action(target, folder, root / target.out_dir, files, outs, env, keyed)

    def _environment(self, target: BuildTarget, folder: Path, outs: dict[str, str]) -> dict[str, str]:
        settings, (system, machine) = self.repository.settings, target.subrepo.system
        python = host_python(self.repository.root / "plz-out/embedded/venv", self.step)
        path = [str(python.parent), *(settings.values("Build", "Path") or _PATH)]
        env = {name: os.environ.get(name, "") for name in settings.values("Build", "PassUnsafeEnv")}
        if target.local:  # it fetches as the user's own tools do
            env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
            path += [env["PATH"]]
        env.setdefault("HOME", str(folder))
        env.update(TMP_DIR=str(folder), TMPDIR=str(folder), LANG="en_GB.UTF-8", PATH=":".join(path))
        env.update(OS=system, ARCH=machine, NAME=target.label.name, PKG=target.label.package)
        env.update(PKG_DIR=target.label.package or ".", **target.env)
        words: dict[str, dict[str, list[str]]] = {"SRC": {}, "OUT": {}, "TOOL": {}}
        for name, items in target.srcs.items():
            words["SRC"][name] = [file.path for file in self.inputs.files(target, items)]
        for name, named in target.outs.items():
            words["OUT"][name] = [outs[out] for out in named]
        for name, items in target.tools.items():
            words["TOOL"][name] = [tool for item in items for tool in self._tool(target, item, env["PATH"])]
        for kind, groups in words.items():
            every = [word for group in groups.values() for word in group]
            env[f"{kind}S"] = " ".join(every)
            if len(every) == 1:
                env[kind] = str(folder / every[0]) if kind == "OUT" else every[0]
            env.update((f"{kind}S_{name.upper()}", " ".join(group)) for name, group in groups.items() if name)
        return env

    def _tool(self, target: BuildTarget, item: Input, path: str) -> list[str]:
        if item.label:
            return [str(self.repository.root / file.source) for file in self.inputs.files(target, [item])]
        found = item.text if os.path.isabs(item.text) else shutil.which(item.text, path=path)
        if found is None:
            raise PleasingError(f"{target}: its tool {item.text} is not in {path}; [Build] Path may be set")
        return [found]

    def run(self, action: Action) -> str:
        """Build a target, if it is not built from the same inputs already, and return what that printed."""
        name, root = str(action.target), self.repository.root
        try:
            files = [[path, self.cache.hash(root / source)] for path, source in action.files]
            key = self.cache.key([action.keyed, files])
            printed = self.cache.printed(name, key)
            if printed is None:
                printed = self._make(action)
                self._collect(action, printed)
                self.cache.add(name, key, action.target.out_dir, list(action.outs), printed)
        except OSError as error:
            raise PleasingError(f"{name}: {error.strerror}: {error.filename}") from None
        finally:
            remove(action.folder)
        return printed

    def _make(self, action: Action) -> str:
        remove(action.folder)
        action.folder.mkdir(parents=True)
        for out in action.outs if action.target.kind == "rule" else ():
            remove(action.out_dir / out)
        for path, source in dict(action.files).items():
            place = action.folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            if source.startswith("plz-out/"):  # its files are read-only, so that they can be linked
                made = self.repository.root / source
                shutil.copytree(made, place, copy_function=os.link) if made.is_dir() else os.link(made, place)
            elif path:
                shutil.copy(source, place)
        for place in map(action.folder.joinpath, action.outs.values()):
            place.parent.mkdir(parents=True, exist_ok=True)
            if action.target.kind == "text_file":
                place.write_text(action.target.content, encoding="utf-8")
        return self._command(action) if action.target.cmd else ""

    def _command(self, action: Action) -> str:
        self.step(f"{action.target} {action.target.building_description}")
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        how: dict[str, Any] = {**pipes, "text": True, "errors": "replace", "start_new_session": True}
        process = subprocess.Popen([*_BASH, action.target.cmd], cwd=action.folder, env=action.env, **how)
        with self._lock:
            self._running.add(process)
            if self._stopped:
                _kill(process)
        stdout, stderr = process.communicate()
        with self._lock:
            self._running.discard(process)
        if process.returncode:
            status = f"its command failed with exit status {process.returncode}"
            raise PleasingError(f"{action.target}: {status}{_indented(stdout + stderr)}")
        return str(stdout)

    def _collect(self, action: Action, printed: str) -> None:
        made = {out: action.folder / place for out, place in action.outs.items()}
        missing = ", ".join(out for out in made if not made[out].exists())
        if missing:
            raise PleasingError(f"{action.target}: its command has not made {missing}{_indented(printed)}")
        for out, path in made.items():
            for file in (each for each in (path, *path.rglob("*")) if each.is_file()):
                file.chmod(0o555 if action.target.binary or file.stat().st_mode & 0o100 else 0o444)
            (action.out_dir / out).parent.mkdir(parents=True, exist_ok=True)
            path.replace(action.out_dir / out)

    def stop(self) -> None:
        """End every command that runs, and all that would be run."""
        with self._lock:
            self._stopped = True
            for process in self._running:
                _kill(process)


def _kill(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _indented(output: str) -> str:
    return "".join(f"\n  {line.rstrip()}" for line in output.strip("\n").split("\n") if output.strip())
