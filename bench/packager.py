"""Packager: a way from a function's source to its zip, this project's and others'."""

from __future__ import annotations

import hashlib
import shutil
import time
from pathlib import Path
from typing import Protocol

from bench import peer
from bench.function import Function
from bench.measure import Cost, run
from bench.place import Place
from bench.repository import Repository
from tools.errors import PleasingError

_DAEMON_LOOKS = 12.0  # seconds


class Packager(Protocol):
    """A way from a function's source to its zip.

    Attributes:
        title: What it is called in tables.
        peer: Whether it builds the whole zip, so that a rebuild by it is to be beaten.
    """

    title: str
    peer: bool

    def edit(self, number: int) -> None:
        """Changes one line of the source."""

    def build(self) -> Cost:
        """Makes the zip, as after each edit."""

    def zip(self) -> Path:
        """Returns where the zip is."""

    def close(self) -> None:
        """Removes all that it made."""


class Pleasing:
    """This project, through the real Please."""

    title = "python_lambda, by Please"
    peer = False

    def __init__(self, place: Place, function: Function) -> None:
        self._function = function
        self._repository = Repository(place, f"edit-{function.name}-please")
        self._repository.add(function, function.name)

    def edit(self, number: int) -> None:
        """Changes one line of the source."""
        self._repository.edit(self._function, self._function.name, number)

    def build(self) -> Cost:
        """Builds the function's target."""
        return self._repository.build(f"//{self._function.name}:lambda")

    def zip(self) -> Path:
        """Returns where Please leaves it."""
        return self._repository.zip(self._function.name)

    def close(self) -> None:
        """Removes the repository."""
        shutil.rmtree(self._repository.folder)


class _Folder:
    """What the peers share: a folder with the source and a requirements file."""

    peer = True

    def __init__(self, place: Place, function: Function, name: str) -> None:
        self._place = place
        self._function = function
        self._folder = place.fresh(f"edit-{function.name}-{name}")
        self._source = self._folder / "src"
        self._source.mkdir()
        (self._source / "requirements.txt").write_text(function.requirements())
        self.edit(0)

    def edit(self, number: int) -> None:
        """Changes one line of the source."""
        (self._source / f"{self._function.name}.py").write_text(self._function.edited(number), "utf-8")

    def zip(self) -> Path:
        """Returns where it is."""
        return self._folder / "function.zip"

    def close(self) -> None:
        """Removes the folder."""
        shutil.rmtree(self._folder)

    def _run(self, *command: object) -> Cost:
        return run(command, self._folder, self._place.environment())

    def _zip(self, folder: Path) -> Cost:
        """Zips a folder as the AWS Lambda Developer Guide has it."""
        self.zip().unlink(missing_ok=True)
        return run(
            [zip_program(), "-qr", self.zip(), "."],
            folder,
            self._place.environment(),
            self._folder / "bench.log",
        )

    def _install(self, *command: object) -> Cost:
        """Installs into an empty folder, adds the handler and zips.

        Args:
            command: The installer, up to what says where to and what.
        """
        package = self._folder / "package"
        shutil.rmtree(package, ignore_errors=True)
        cost = self._run(*command, "--target", package, "-r", self._source / "requirements.txt")
        shutil.copy(self._source / f"{self._function.name}.py", package)
        return cost + self._zip(package)


class Pip(_Folder):
    """`pip install --target` and `zip`, as the AWS Lambda Developer Guide has it (dg/python-package)."""

    title = "pip install --target, zip"

    def __init__(self, place: Place, function: Function) -> None:
        peer.program(place, "pip", "pip")
        super().__init__(place, function, "pip")

    def build(self) -> Cost:
        """Installs and zips."""
        python = self._place.folder / "venv-pip" / "bin" / "python"
        return self._install(python, "-m", "pip", "install", "--quiet")


class Uv(_Folder):
    """`uv pip install --target` and `zip`, as uv's guide on AWS Lambda has it."""

    title = "uv pip install --target, zip"

    def __init__(self, place: Place, function: Function) -> None:
        self._uv = peer.program(place, "uv", "uv")
        super().__init__(place, function, "uv")

    def build(self) -> Cost:
        """Installs, from uv's cache of unpacked wheels, and zips."""
        return self._install(
            *(self._uv, "pip", "install", "--quiet", "--python", self._place.python),
            *("--no-index", "--find-links", self._place.wheelhouse, "--cache-dir", self._folder / "cache"),
        )


class Sam(_Folder):
    """`sam build --cached`, without Docker, and `zip`: `sam deploy` zips what it leaves."""

    title = "sam build --cached, zip"

    def __init__(self, place: Place, function: Function) -> None:
        self._sam = peer.program(place, "aws-sam-cli", "sam")
        super().__init__(place, function, "sam")
        (self._folder / "template.yaml").write_text(sam_template(place, {"Function": (function, "src")}))

    def build(self) -> Cost:
        """Builds and zips."""
        cost = self._run(self._sam, "build", "--cached")
        return cost + self._zip(self._folder / ".aws-sam" / "build" / "Function")


class PexTool(_Folder):
    """`pex` and `pex3 venv create --layout flat-zipped`, as pex-tool's and Pants' documentation have it."""

    title = "pex, pex3 venv create --layout flat-zipped"

    def __init__(self, place: Place, function: Function) -> None:
        self._pex = peer.program(place, "pex", "pex")
        super().__init__(place, function, "pex")

    def build(self) -> Cost:
        """Builds the PEX and makes the zip of it."""
        shutil.rmtree(self._folder / "zip", ignore_errors=True)
        return self.build_pex() + self.flatten()

    def build_pex(self) -> Cost:
        """Builds the PEX."""
        return self._run(
            *(self._pex, "--python", self._place.python, "--no-pypi", "--find-links", self._place.wheelhouse),
            *("--pex-root", self._folder / "root", "-r", self._source / "requirements.txt"),
            *("-D", self._source, "-o", self.pex()),
        )

    def flatten(self) -> Cost:
        """Makes the zip of the PEX."""
        shutil.rmtree(self._folder / "zip", ignore_errors=True)
        return self._run(
            *(self._pex.with_name("pex3"), "venv", "create", "--layout", "flat-zipped"),
            *("--pex-root", self._folder / "root", "--python", self._place.python),
            *("--dest-dir", self._folder / "zip", "--pex-repository", self.pex()),
        )

    def pex(self) -> Path:
        """Returns where the PEX is."""
        return self._folder / "function.pex"

    def zip(self) -> Path:
        """Returns where it is."""
        return self._folder / "zip.zip"


class Pants(_Folder):
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
        """Ends the daemon, which looks for its folder every few seconds, and removes the folder."""
        shutil.rmtree(self._folder / ".pids", ignore_errors=True)
        time.sleep(_DAEMON_LOOKS)
        super().close()

    def zip(self) -> Path:
        """Returns where it is."""
        return self._folder / "dist" / "src" / "lambda.zip"


class ZipUpdate(Pip):
    """`zip` of the one file into the zip that is there: no build, but what one may do by hand."""

    title = "zip of the one file into the old zip, by hand"
    peer = False

    def __init__(self, place: Place, function: Function) -> None:
        peer.program(place, "pip", "pip")
        _Folder.__init__(self, place, function, "update")

    def build(self) -> Cost:
        """Installs and zips the first time, and then only replaces the edited file."""
        if not self.zip().exists():
            return super().build()
        return run(
            [zip_program(), "-q", self.zip(), f"{self._function.name}.py"],
            self._source,
            self._place.environment(),
            self._folder / "bench.log",
        )


NOT_RUN = (
    (
        "Pants is 2.17, the last on the Python index, in a Python 3.9. Newer ones are fetched by a launcher"
        " from elsewhere. It is left out where there is no `python3.9` on PATH."
    ),
    "pip compiles what it installs, as the developer guide's commands have it: its zip is larger for that.",
    (
        "Replacing one file in the old zip by hand is faster than any build, and checks nothing: not that the"
        " rest of the zip is what the requirements say."
    ),
    (
        "Not run: CDK's PythonFunction, and Terraform's lambda module with `build_in_docker`, which install"
        " in a container: the machine has no Docker daemon. Terraform's module without Docker runs pip and a"
        " zip, as measured. The Serverless Framework asks for an account from version 4 on. Not "
        "measured yet: Chalice and Zappa, which install and need an application of their own kind."
    ),
)


def versions(place: Place) -> dict[str, str]:
    """Returns the version of each peer that is installed.

    Args:
        place: Where.
    """
    found = {
        name: peer.version(place, name) for name in ("pip", "uv", "aws-sam-cli", "pex", "pantsbuild.pants")
    }
    return {name: text for name, text in found.items() if text != "unknown"}


def zip_program() -> str:
    """Returns the program that zips what peers install.

    Raises:
        PleasingError: It is not on PATH.
    """
    found = shutil.which("zip")
    if found is None:
        raise PleasingError(
            "there is no zip on PATH; install Info-ZIP's, which the peers' zips are made with"
        )
    return found


def sam_template(place: Place, functions: dict[str, tuple[Function, str]]) -> str:
    """Returns a template for `sam build`.

    Args:
        place: Knows the runtime.
        functions: Logical name -> function and folder.
    """
    lines: list[str] = ["Transform: AWS::Serverless-2016-10-31", "Resources:"]
    for name, (function, folder) in functions.items():
        lines += [
            f"  {name}:",
            "    Type: AWS::Serverless::Function",
            "    Properties:",
            f"      Runtime: {place.runtime}",
            "      Architectures: [x86_64]",
            f"      Handler: {function.name}.handler",
            f"      CodeUri: {folder}",
        ]
    return "\n".join(lines) + "\n"


def all_for(place: Place, function: Function) -> list[Packager]:
    """Returns every packager that runs here, ready to build a function.

    Args:
        place: Where.
        function: The function.
    """
    packagers: list[Packager] = [Pleasing(place, function), Uv(place, function), Sam(place, function)]
    packagers += [PexTool(place, function), Pip(place, function)]
    if peer.has_pants():
        packagers.append(Pants(place, function))
    return [*packagers, ZipUpdate(place, function)]
