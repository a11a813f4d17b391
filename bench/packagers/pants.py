"""Pants: the build system's own packaging of a function."""

from __future__ import annotations

import hashlib
import shutil
import time
from pathlib import Path

from bench import peer
from bench.function import Function
from bench.measure import Cost
from bench.packagers.packager import SourceFolder
from bench.place import Place

_DAEMON_LOOKS = 12.0  # seconds


class Pants(SourceFolder):
    """Pants' `python_awslambda` with the layout `zip`, in its last version that the Python index has (2.17).

    Its daemon stays, as a user's would, so that the peak of memory is that of the client only.
    """

    title = "pants package"

    def __init__(self, place: Place, function: Function) -> None:
        self._pants = peer.pants(place)
        super().__init__(place, function, "pants")
        cli, tools = peer.pants_tools(place)
        digest = hashlib.sha256(cli.read_bytes()).hexdigest()
        links = [path.as_uri() for path in (place.wheelhouse, tools)]
        version = f"v{peer.PEX_OF_PANTS}"
        (self._folder / "pants.toml").write_text(f"""\
[GLOBAL]
backend_packages = ["pants.backend.python", "pants.backend.awslambda.python"]
local_store_dir = "{self._folder}/store"
named_caches_dir = "{self._folder}/caches"
[anonymous-telemetry]
enabled = false
[pex-cli]
version = "{version}"
url_template = "{cli.as_uri()}"
known_versions = ["{version}|linux_x86_64|{digest}|{cli.stat().st_size}"]
[python]
interpreter_constraints = ["=={place.runtime.removeprefix("python")}.*"]
pip_version = "latest"
[python-infer]
use_rust_parser = true
[python-repos]
indexes = []
find_links = {links}
[python-bootstrap]
search_path = ["{place.python}"]
[lambdex]
layout = "zip"
""")
        (self._source / "BUILD").write_text(
            'python_requirements(name="requirements")\npython_sources(name="sources")\npython_awslambda(name="lambda",'
            f' handler="{function.name}.py:handler", runtime="{place.runtime}",'
            ' dependencies=[":requirements", ":sources"])\n'
        )

    def build(self) -> Cost:
        """Packages the function."""
        return self._run(self._pants, "package", "src:lambda")

    def close(self) -> None:
        """End the daemon, which looks for its folder every few seconds, and remove the folder."""
        shutil.rmtree(self._folder / ".pids", ignore_errors=True)
        time.sleep(_DAEMON_LOOKS)
        super().close()

    def zip(self) -> Path:
        """Return where it is."""
        return self._folder / "dist" / "src" / "lambda.zip"
