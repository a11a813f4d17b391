"""Framework: what packages an application of its own kind, with the dependencies that pip installs for it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from bench import peer
from bench.function import Function
from bench.measure import Cost, run
from bench.packagers.packager import SourceFolder
from bench.place import Place

_SERVICE = "function"


class Chalice(SourceFolder):
    """`chalice package`. It imports the application, which imports the function when it is called."""

    title = "chalice package"

    def __init__(self, place: Place, function: Function) -> None:
        self._chalice = peer.program(place, "chalice", "chalice")
        super().__init__(place, function, "chalice")
        (self._source / "app.py").write_text(f"""\
from chalice import Chalice

app = Chalice(app_name="{_SERVICE}")


@app.lambda_function()
def handler(event, context):
    from chalicelib import {function.name}

    return {function.name}.handler(event, context)
""")
        (self._source / ".chalice").mkdir()
        settings = {"version": "2.0", "app_name": _SERVICE, "stages": {"dev": {}}}
        (self._source / ".chalice" / "config.json").write_text(json.dumps(settings))

    def edit(self, number: int) -> None:
        """Changes one line of the source, which is in the one folder that Chalice takes beside app.py."""
        folder = self._source / "chalicelib"
        folder.mkdir(exist_ok=True)
        (folder / f"{self._function.name}.py").write_text(self._function.edited(number), "utf-8")

    def build(self) -> Cost:
        """Packages the application. What Chalice kept of an earlier one is taken where it wants to."""
        shutil.rmtree(self._folder / "out", ignore_errors=True)
        command = [self._chalice, "package", self._folder / "out"]
        log = self._folder / "bench.log"
        return run(command, self._source, self._place.environment(), log)

    def zip(self) -> Path:
        """Return where it is."""
        return self._folder / "out" / "deployment.zip"


class Zappa(SourceFolder):
    """`zappa package`, which takes all that is installed beside Zappa, and Zappa."""

    title = "zappa package"

    def __init__(self, place: Place, function: Function) -> None:
        installed = peer.program(place, "zappa", "zappa").parent.parent
        super().__init__(place, function, "zappa")
        settings = {
            "lambda_handler": f"{function.name}.handler",
            "runtime": place.runtime,
            "project_name": _SERVICE,
            "aws_region": "eu-west-1",
            "s3_bucket": "none",
            "apigateway_enabled": False,
            "keep_warm": False,
            # It would ask the index for wheels of other platforms; those of this one are installed.
            "use_precompiled_packages": False,
        }
        (self._source / "zappa_settings.json").write_text(json.dumps({"dev": settings}))
        # Zappa packages the environment that it is in: a team's own has the function's dependencies and Zappa.
        self._environment = self._folder / "environment"
        shutil.copytree(installed, self._environment, symlinks=True)
        self._python = self._environment / "bin" / "python"
        self._run(self._python, "-m", "pip", "install", "--quiet", "-r", self._source / "requirements.txt")

    def build(self) -> Cost:
        """Packages the environment and the source."""
        self.zip().unlink(missing_ok=True)
        environment = {**self._place.environment(), "VIRTUAL_ENV": str(self._environment)}
        environment["PATH"] = f"{self._python.parent}:{environment['PATH']}"
        command = [self._python, "-m", "zappa.cli", "package", "dev", "--output", "function.zip"]
        return run(command, self._source, environment, self._folder / "bench.log")

    def zip(self) -> Path:
        """Return where it is."""
        return self._source / "function.zip"


class Serverless(SourceFolder):
    """`serverless package` with the plugin serverless-python-requirements, without Docker, its caches on."""

    title = "serverless package, serverless-python-requirements"

    def __init__(self, place: Place, function: Function) -> None:
        self._modules = peer.serverless(place)
        peer.program(place, "pip", "pip")
        super().__init__(place, function, "serverless")
        (self._source / "node_modules").symlink_to(self._modules)
        (self._source / "serverless.yml").write_text(f"""\
service: {_SERVICE}
frameworkVersion: "3"
provider:
  name: aws
  runtime: {place.runtime}
package:
  patterns: ["!**", "{function.name}.py"]
plugins: [serverless-python-requirements]
custom:
  pythonRequirements:
    dockerizePip: false
    cacheLocation: {self._folder}/cache
functions:
  {_SERVICE}:
    handler: {function.name}.handler
""")

    def build(self) -> Cost:
        """Packages the service."""
        environment = {
            **self._place.environment(),
            "SLS_TRACKING_DISABLED": "1",
            "SLS_NOTIFICATIONS_MODE": "off",
        }
        environment["PATH"] = f"{self._place.folder / 'venv-pip' / 'bin'}:{environment['PATH']}"
        command = ["node", self._modules / ".bin" / "serverless", "package"]
        return run(command, self._source, environment, self._folder / "bench.log")

    def zip(self) -> Path:
        """Return where it is."""
        return self._source / ".serverless" / f"{_SERVICE}.zip"
