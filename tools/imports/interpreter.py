"""Interpreter: sources that this Python cannot parse, read by one of the runtime's version where one is on PATH."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Optional

from tools.imports.module_facts import ModuleFacts, from_json, read_module, to_json

# Seconds. It parses a few files.
_TIMEOUT = 60

_CODE = "import sys; sys.path.insert(0, sys.argv[1]); from tools.imports.interpreter import answer; answer()"


def read_elsewhere(sources: Mapping[str, bytes], minor: int) -> Optional[dict[str, ModuleFacts]]:
    """Return what `read_module` gives in Python 3.`minor`, or None where there is no such interpreter.

    The interpreter sees no packages and none of the user's settings, and it runs nothing of the sources.

    Args:
        sources: A file's name in the zip -> its bytes.
        minor: Which Python 3.x.
    """
    root = __file__[: -len("/tools/imports/interpreter.py")]
    question = {"minor": minor, "sources": {name: source.hex() for name, source in sources.items()}}
    try:
        done = subprocess.run(
            [f"python3.{minor}", "-I", "-S", "-B", "-c", _CODE, root],
            input=json.dumps(question).encode(),
            capture_output=True,
            check=False,
            timeout=_TIMEOUT,
        )
        values = json.loads(done.stdout)
        return {name: from_json(found) for name, found in values.items()}
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError):
        return None


def answer() -> None:
    """Read a question of `read_elsewhere` from standard input, and write the answer to standard output."""
    question = json.loads(sys.stdin.buffer.read())
    facts = {
        name: to_json(read_module(name, bytes.fromhex(source), question["minor"]))
        for name, source in question["sources"].items()
    }
    sys.stdout.write(json.dumps(facts))
