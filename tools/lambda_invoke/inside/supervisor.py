"""Supervisor: starts the function's interpreter in a place of its own, watches it, and leaves nothing of it.

It is a process between the tool and the function. The tool writes one line of JSON to the control socket, the plan,
and reads lines of JSON: `ready` with the Runtime API's listening socket, `exit`, or `failed`. When the socket is
closed, for whatever reason, the supervisor ends all that it has started.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import socket
import sys
import time
from collections.abc import Iterator
from typing import Any, Optional, Union

from tools.lambda_invoke.inside import file_system, namespaces, processes

# Needed after the root has changed, when they cannot be found any more.
_NEEDED_LATER = ("encodings.cp437", "encodings.ascii", "encodings.idna", "zlib", "bz2", "lzma", "traceback")

# How far the namespaces go: each is tried where the one before failed.
FULL, SHARED_PROCESSES, PLAIN = "full", "shared-processes", "plain"

_LOOK_SECONDS = 0.01
_API_PORT = 9001
_FAILED = 70


def main(control: int) -> None:
    """Run until the function's interpreter has ended and the control socket is closed.

    Args:
        control: Descriptor of the control socket.
    """
    connection = socket.socket(fileno=control)
    plan = json.loads(_read_line(connection))
    os.umask(0o022)
    try:
        if plan["isolation"] == PLAIN:
            _Watch(connection, plan, own_ids=False).run()
        else:
            _separate(connection, plan)
    except OSError as error:
        _tell(connection, {"failed": str(error)})
    if plan["isolation"] == PLAIN:
        file_system.remove_folders(plan["root"])


def _separate(connection: socket.socket, plan: dict[str, Any]) -> None:
    """Run in namespaces: the first process of a new namespace of ids takes all others with it when it ends."""
    import importlib

    for name in _NEEDED_LATER:
        importlib.import_module(name)
    own_ids = plan["isolation"] == FULL
    flags = namespaces.NEW_USER | namespaces.NEW_MOUNTS | namespaces.NEW_IPC
    flags |= namespaces.NEW_PIDS if own_ids else 0
    flags |= 0 if plan["network"] else namespaces.NEW_NETWORK
    namespaces.unshare(flags)
    if not plan["network"]:
        namespaces.bring_up_loopback()
    first = os.fork()
    if first:
        # The first process reports whatever happens; it ends when the socket does.
        os.close(connection.detach())
        for descriptor in (0, 1, 2):
            os.close(descriptor)
        os.waitpid(first, 0)
        os._exit(0)
    namespaces.die_with_parent()
    status = 0
    try:
        _Watch(connection, plan, own_ids).run()
    except OSError as error:
        _tell(connection, {"failed": str(error)})
        status = _FAILED
    finally:
        os._exit(status)


class _Watch:
    """One run of the function's interpreter."""

    def __init__(self, connection: socket.socket, plan: dict[str, Any], own_ids: bool) -> None:
        self._connection = connection
        self._plan = plan
        self._own_ids = own_ids
        self._runtime = 0
        self._peak = 0
        self._reason: Optional[str] = None
        self._limit: int = plan["memory"] << 20

    def run(self) -> None:
        """Lay out, start, watch, report, and end what is left."""
        plan = self._plan
        listening = socket.socket()
        private = plan["isolation"] != PLAIN and not plan["network"]
        listening.bind(("127.0.0.1", _API_PORT if private else 0))
        listening.listen()
        contents = file_system.Contents(**plan["contents"])
        if plan["isolation"] == PLAIN:
            folders = file_system.build_folders(contents, plan["root"])
        else:
            folders = file_system.build_root(contents, self._own_ids)
        if not self._own_ids and sys.platform == "linux":
            namespaces.adopt_orphans()
        wake, woken = os.pipe()
        os.set_blocking(woken, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(woken)
        # Told first: the clock of the init phase starts with it.
        self._send_socket(listening, folders)
        self._runtime = self._start(folders, listening)
        listening.close()
        ended = self._watch(wake)
        self._end_all()
        _tell(self._connection, {"exit": ended, "reason": self._reason, "peak": self._peak})

    def _send_socket(self, listening: socket.socket, folders: file_system.Folders) -> None:
        message = json.dumps({"ready": listening.getsockname()[1], "folders": folders._asdict()}) + "\n"
        socket.send_fds(self._connection, [message.encode()], [listening.fileno()])

    def _start(self, folders: file_system.Folders, listening: socket.socket) -> int:
        plan = self._plan
        text = json.dumps(plan["texts"])
        for name, folder in folders._asdict().items():
            text = text.replace("{" + name + "}", folder)
        arguments, environment = json.loads(text)
        environment["AWS_LAMBDA_RUNTIME_API"] = f"127.0.0.1:{listening.getsockname()[1]}"
        child = os.fork()
        if child:
            # The function's ends of its pipes would otherwise stay open as long as this process does.
            null = os.open(os.devnull, os.O_RDWR)
            for descriptor in (0, 1, 2):
                os.dup2(null, descriptor)
            os.close(null)
            if plan["coverage"] is not None:
                os.close(plan["coverage"])
            return child
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            # Python ignores it, and what is ignored stays so in the new program.
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
            files = plan["open_files"] if most == resource.RLIM_INFINITY else min(plan["open_files"], most)
            resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
            self._connection.close()
            listening.close()
            if plan["coverage"] is not None:
                os.set_inheritable(plan["coverage"], True)
            os.chdir(folders.task)
            os.execve(arguments[0], arguments, environment)  # noqa: S606
        except BaseException as error:
            os.write(2, f"cannot start {arguments[0]}: {error}\n".encode())
        os._exit(127)

    def _watch(self, wake: int) -> int:
        """Return how the interpreter ended: its status, or the signal's number negative."""
        look = _LOOK_SECONDS if sys.platform == "linux" else 1.0
        while True:
            watched: list[Union[int, socket.socket]] = [self._connection, wake]
            ready, _, _ = select.select(watched, [], [], look)
            if wake in ready:
                os.read(wake, 512)
            ended = self._reap()
            if ended is not None:
                return ended
            if not ready:
                self._weigh(list(self._all()))
            if self._connection in ready and not self._answer():
                self._kill(self._runtime)

    def _reap(self) -> Optional[int]:
        """Wait for whichever process has ended; return how the interpreter did, if it was among them."""
        ended = None
        while True:
            try:
                process, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return ended
            if process == 0:
                return ended
            if process == self._runtime:
                ended = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
                # Kilobytes, but bytes on macOS. On Linux it begins with what this process had when it forked.
                most = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
                self._peak = max(self._peak, most)
                if self._reason is None and self._peak > self._limit:
                    self._reason = "memory"

    def _weigh(self, running: list[int]) -> None:
        if sys.platform != "linux":
            return
        now = sum(processes.resident(process) for process in running)
        self._peak = max(self._peak, now)
        if now > self._limit and self._reason is None:
            self._reason = "memory"
            for process in running:
                self._kill(process)

    def _answer(self) -> bool:
        """Answer a line of the tool's; return whether there was one."""
        try:
            line = _read_line(self._connection)
        except OSError:
            line = b""
        if not line:
            return False
        question = json.loads(line)
        if question.get("kill"):
            self._reason = self._reason or question["kill"]
            for process in list(self._all()):
                self._kill(process)
            self._kill(self._runtime)
            return True
        running = list(self._all())
        self._weigh(running)
        self._peak = max(self._peak, processes.most_resident(self._runtime))
        left = [process for process in running if process != self._runtime]
        deadline = time.monotonic() + question["grace"]
        while any(map(processes.is_running, left)) and time.monotonic() < deadline:
            time.sleep(_LOOK_SECONDS / 5)
        commands = [processes.command_of(process) for process in left if processes.is_running(process)]
        _tell(self._connection, {"peak": self._peak, "left": commands})
        return True

    def _all(self) -> Iterator[int]:
        if sys.platform != "linux":
            yield self._runtime
        elif self._own_ids:
            yield from processes.own_processes()
        else:
            yield from processes.descendants(os.getpid())

    def _end_all(self) -> None:
        """End what is left. A process may start another while it is killed; the loop ends when none does."""
        for _ in range(100):
            left = [process for process in self._all() if process != self._runtime]
            for process in left:
                self._kill(process)
            if not left:
                return
            self._reap()
            time.sleep(_LOOK_SECONDS / 10)

    def _kill(self, process: int) -> None:
        try:
            os.kill(process, signal.SIGKILL)
        except OSError:
            return


def _read_line(connection: socket.socket) -> bytes:
    line = bytearray()
    while not line.endswith(b"\n"):
        piece = connection.recv(1 << 16, socket.MSG_PEEK)
        if not piece:
            return b""
        end = piece.find(b"\n") + 1
        line += connection.recv(end or len(piece))
    return bytes(line)


def _tell(connection: socket.socket, message: dict[str, Any]) -> None:
    try:
        connection.sendall(json.dumps(message).encode() + b"\n")
    except OSError:
        # Nobody listens any more.
        return
