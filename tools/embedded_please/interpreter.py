"""The interpreter that build actions run, in an environment of its own with pip and the pex package."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Callable, Optional

from tools.errors import PleasingError

_REQUIREMENTS = Path(__file__).with_name("requirements.txt")


class Interpreter:
    """The Python that runs this engine, as actions see it.

    Args:
        root: Folder of the user's repository.
        report: Told when the environment is made.
    """

    def __init__(self, root: Path, report: Callable[[str], None]) -> None:
        self._report = report
        self._ready = False
        self._failure: Optional[PleasingError] = None
        self._made = root / "plz-out" / "embedded" / "venv"
        self._own = sys.prefix != sys.base_prefix and _has_requirements()
        # An environment that has it all already, such as this project's own for development, serves as it is.
        self.folder = Path(sys.prefix) if self._own else self._made
        requirements = hashlib.sha256(_REQUIREMENTS.read_bytes()).hexdigest()
        self.version = f"{sys.implementation.name} {sys.version}"
        self._key = f"{self.version}\n{sys.base_prefix}\n{requirements}\n"
        # What decides what an action gives, apart from where the interpreter is.
        self.identity = (
            f"{sys.implementation.cache_tag} {'.'.join(map(str, sys.version_info[:3]))} {requirements}"
        )

    @property
    def python(self) -> Path:
        """The program."""
        return self.folder / "bin" / "python3"

    def prepare(self) -> None:
        """Makes the environment, unless it is there.

        Raises:
            PleasingError: If it cannot be made.
        """
        if self._failure is not None:
            raise self._failure
        stamp = self._made / "embedded-key"
        if not self._ready and not self._own and not (stamp.is_file() and stamp.read_text() == self._key):
            try:
                self._make()
            except PleasingError as error:
                self._failure = error
                raise
            stamp.write_text(self._key)
        self._ready = True

    def _make(self) -> None:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        self._report(f"Making an environment for Python {version} (once)...")
        shutil.rmtree(self._made, ignore_errors=True)
        self._made.parent.mkdir(parents=True, exist_ok=True)
        made = _run([sys.executable, "-I", "-m", "venv", str(self._made)])
        if made.returncode:
            shutil.rmtree(self._made, ignore_errors=True)
            raise PleasingError(
                f"{sys.executable} cannot make a virtual environment:\n{_indented(made.stdout)}\n"
                f"On Debian and Ubuntu, install python{version}-venv; or set PLEASEW_PYTHON to another."
            )
        pip = [
            str(self.python),
            "-I",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-input",
        ]
        installed = _run([*pip, "--only-binary", ":all:", "--require-hashes", "-r", str(_REQUIREMENTS)])
        if installed.returncode:
            shutil.rmtree(self._made, ignore_errors=True)
            raise PleasingError(
                f"pip could not install what the embedded engine needs ({_REQUIREMENTS.name}):\n"
                f"{_indented(installed.stdout)}\nIt is fetched as your pip is configured to."
            )


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {
        k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME", "__PYVENV_LAUNCHER__")
    }
    return subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
        env=environment,
    )


def _has_requirements() -> bool:
    from importlib import metadata

    pinned = re.findall(r"^(\w+)==(\S+)", _REQUIREMENTS.read_text(encoding="utf-8"), re.MULTILINE)
    try:
        return all(metadata.version(name) == version for name, version in pinned) and bool(
            metadata.version("pip")
        )
    except metadata.PackageNotFoundError:
        return False


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.strip().splitlines())
