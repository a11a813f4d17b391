"""The Python that actions run: the one that runs this engine, in an environment of its own, which has pip."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Callable

from tools.errors import PleasingError

IDENTITY = f"{sys.implementation.cache_tag} {sys.version}"


def host_python(folder: Path, report: Callable[[str], None]) -> Path:
    """Return the program, after making its environment where it is not there; another Python's is replaced."""
    if sys.prefix != sys.base_prefix and importlib.util.find_spec("pip"):
        return Path(sys.prefix, "bin", "python3")  # an environment already, such as this project's for tests
    stamp, key = folder / "complete", f"{IDENTITY} {sys.base_prefix}"
    if not stamp.is_file() or stamp.read_text() != key:
        try:
            _make(folder, report)
            stamp.write_text(key)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return folder / "bin" / "python3"


def _make(folder: Path, report: Callable[[str], None]) -> None:
    version, output, started = "{}.{}".format(*sys.version_info), None, time.monotonic()
    command = [sys.executable, "-I", "-m", "venv", "--clear", str(folder)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        try:
            while output is None:
                seconds = time.monotonic() - started
                report(f"Making an environment for Python {version}, once: {seconds:.0f} s")
                try:
                    output = process.communicate(timeout=1)[0]
                except subprocess.TimeoutExpired:
                    continue
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)  # with the pip that it has started
            raise
    if process.returncode:
        advice = f"On Debian, install python{version}-venv; or name another Python in PLEASEW_PYTHON."
        raise PleasingError(f"{sys.executable} cannot make an environment:\n{output.strip()}\n{advice}")
