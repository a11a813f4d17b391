"""Sandbox: the place that a function runs in, seen from the tool's side; its supervisor is on the other."""

from __future__ import annotations

import json
import os
import queue
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any, Callable, NamedTuple, Optional

import tools
from tools.errors import PleasingError
from tools.lambda_invoke.runtime_api import Happened

# As the supervisor has them, which the tool does not import: from the most private to the least.
FULL, SHARED_PROCESSES, PLAIN = "full", "shared-processes", "plain"
_NEXT = {FULL: SHARED_PROCESSES, SHARED_PROCESSES: PLAIN}

_START_SECONDS = 120
_ANSWER_SECONDS = 10

_SUPERVISE = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from tools.lambda_invoke.inside.supervisor import main; main(int(sys.argv[2]))"
)


class Plan(NamedTuple):
    """What the supervisor is to do.

    Attributes:
        contents: What to lay out: the fields of its `Contents`.
        arguments: The interpreter's command line; `{task}` and the like stand for folders.
        variables: Its environment, likewise.
        memory: MB.
        open_files: How many.
        network: Whether it may use this machine's network.
    """

    contents: dict[str, Any]
    arguments: list[str]
    variables: dict[str, str]
    memory: int
    open_files: int
    network: bool


class Sandbox:
    """A supervisor and what it runs. What happens to it is put into a queue: `exit`, or `failed` where it is lost.

    Args:
        plan_for: Returns what it is to do, for how far it can be separated.
        isolation: How far to separate it at most.
        happenings: Where to put what happens.
        coverage: Descriptor that the function's coverage is written to, if it is measured.

    Raises:
        PleasingError: It could not be started.

    Attributes:
        isolation: How far it is separated.
        refused: What the system said where it could not be separated as far as asked.
        listening: The Runtime API's socket.
        folders: Where the function's files are.
        log: Reading end of what it writes.
    """

    def __init__(
        self,
        plan_for: Callable[[str], Plan],
        isolation: str,
        happenings: queue.Queue[Happened],
        coverage: Optional[int] = None,
    ) -> None:
        self._happenings = happenings
        self._answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self.refused = ""
        self.isolation = isolation
        while True:
            self.log, write = os.pipe()
            message = self._start(plan_for(self.isolation), self.isolation, write, coverage)
            if "ready" in message:
                break
            self._control.close()
            self._supervisor.wait()
            self._remove_root()
            said = message.get("failed") or os.read(self.log, 1 << 16).decode("utf-8", "replace")
            os.close(self.log)
            if self.isolation not in _NEXT:
                raise PleasingError(f"the function's sandbox cannot be made: {said.strip()}")
            self.refused = str(said).strip()
            self.isolation = _NEXT[self.isolation]
        self.folders: dict[str, str] = message["folders"]
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _start(self, plan: Plan, isolation: str, log: int, coverage: Optional[int]) -> dict[str, Any]:
        self._root = tempfile.mkdtemp(prefix="lambda_invoke-") if isolation == PLAIN else ""
        self._control, theirs = socket.socketpair()
        passed = [theirs.fileno()] + ([coverage] if coverage is not None else [])
        package = Path(tools.__file__ or "").parent.parent
        self._supervisor = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _SUPERVISE, str(package), str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=passed,
            # Ctrl-C is the tool's to act on.
            start_new_session=True,
            env={"PATH": os.defpath},
        )
        theirs.close()
        os.close(log)
        todo = {
            "isolation": isolation,
            "root": self._root,
            "contents": plan.contents,
            "texts": [plan.arguments, plan.variables],
            "memory": plan.memory,
            "open_files": plan.open_files,
            "network": plan.network,
            "coverage": coverage,
        }
        self._control.settimeout(_START_SECONDS)
        self._received = b""
        try:
            self._control.sendall(json.dumps(todo).encode() + b"\n")
            received, descriptors, _, _ = socket.recv_fds(self._control, 1 << 16, 1)
        except OSError as error:
            return {"failed": f"its supervisor does not answer: {error}"}
        if not received:
            return {}
        self._control.settimeout(None)
        line, _, self._received = received.partition(b"\n")
        message: dict[str, Any] = json.loads(line)
        if descriptors:
            self.listening = socket.socket(fileno=descriptors[0])
        return message

    def ask(self, grace: float) -> dict[str, Any]:
        """Return the most memory that was taken, and the commands of processes beside the interpreter.

        Args:
            grace: Seconds in which those may still end.
        """
        return self._request({"grace": grace})

    def kill(self, reason: str) -> None:
        """End all that runs in it. `exit` follows.

        Args:
            reason: What `exit` gives as its reason.
        """
        self._send({"kill": reason})

    def close(self) -> None:
        """End all that runs in it, and wait until nothing is left."""
        try:
            self._control.shutdown(socket.SHUT_WR)
        except OSError:
            self._control.close()
        try:
            self._supervisor.wait(_ANSWER_SECONDS)
        except subprocess.TimeoutExpired:
            self._supervisor.kill()
            self._supervisor.wait()
        self._thread.join()
        self._control.close()
        self._remove_root()

    def _remove_root(self) -> None:
        if self._root and os.path.isdir(self._root):
            from tools.lambda_invoke.inside.file_system import remove_folders

            remove_folders(self._root)

    def _request(self, question: dict[str, Any]) -> dict[str, Any]:
        if not self._send(question):
            return {}
        try:
            return self._answers.get(timeout=_ANSWER_SECONDS)
        except queue.Empty:
            return {}

    def _send(self, message: dict[str, Any]) -> bool:
        try:
            self._control.sendall(json.dumps(message).encode() + b"\n")
        except OSError:
            return False
        return True

    def _listen(self) -> None:
        while True:
            while b"\n" in self._received:
                line, _, self._received = self._received.partition(b"\n")
                self._take(json.loads(line))
            try:
                piece = self._control.recv(1 << 16)
            except OSError:
                piece = b""
            if not piece:
                # Whoever waits for an answer or for the end gets none.
                self._answers.put({})
                self._happenings.put(Happened("failed"))
                return
            self._received += piece

    def _take(self, message: dict[str, Any]) -> None:
        if "exit" in message or "failed" in message:
            self._happenings.put(Happened("exit" if "exit" in message else "failed", facts=message))
            self._answers.put({})
        else:
            self._answers.put(message)
