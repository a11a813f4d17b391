"""Place: the folder below plz-out where the benchmarks work."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Optional

from tools.errors import PleasingError

ROOT = Path(__file__).resolve().parent.parent


class Place:
    """Folders of the benchmarks, and the environment that what they run gets.

    Attributes:
        folder: The folder itself; kept between runs, git-ignored.
        wheelhouse: Where pip downloads to once; everything is installed from there.
        python: The interpreter that functions are built for, and that runs the tools: this process's own,
            outside of any environment.
        runtime: Lambda's runtime of that version.
    """

    def __init__(self) -> None:
        if sys.version_info < (3, 10):
            raise SystemExit("python3 -m bench needs Python 3.10 or newer, as the plot example's packages do")
        self.folder = ROOT / "plz-out" / "bench"
        self.wheelhouse = self.folder / "wheelhouse"
        self.python = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info[1]}"
        self.runtime = f"python3.{sys.version_info[1]}"
        self.wheelhouse.mkdir(parents=True, exist_ok=True)

    def fresh(self, name: str) -> Path:
        """Return a folder that is empty.

        Args:
            name: Below this place.
        """
        path = self.folder / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        return path

    def environment(self, wheelhouse: Optional[Path] = None) -> dict[str, str]:
        """Return the environment of what is measured: this Python first, packages from a folder of wheels.

        Args:
            wheelhouse: Another folder of wheels than this place's.
        """
        inherited = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
        return {
            **inherited,
            "PATH": os.pathsep.join([str(self.python.parent), os.environ.get("PATH", os.defpath)]),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(wheelhouse or self.wheelhouse),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_CONFIG_FILE": os.devnull,
            "UV_LINK_MODE": "copy",
            "SAM_CLI_TELEMETRY": "0",
            # Asked for by the AWS SDK of some; none of them calls AWS here.
            "AWS_DEFAULT_REGION": "eu-west-1",
            "PYTHONHASHSEED": "0",
        }

    def plz(self) -> str:
        """Return the program of Please.

        Raises:
            PleasingError: It is not on PATH.
        """
        found = shutil.which("plz")
        if found is None:
            raise PleasingError("there is no plz on PATH; this part measures builds by the real Please")
        return found
