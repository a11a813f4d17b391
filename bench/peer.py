"""Peer: another packager, in an environment of its own below plz-out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import venv
from pathlib import Path

from bench.function import FUNCTIONS
from bench.place import Place
from tools.errors import PleasingError

# What Pants 2.17 runs.
PEX_OF_PANTS = "2.1.137"
_TOOLS_OF_PANTS = ("pip==23.1.2", "setuptools==67.7.2", "wheel==0.40.0")

# As old as a Lambda runtime can load them.
_PLATFORMS = ("manylinux2014", "manylinux_2_17")


def program(place: Place, distribution: str, name: str) -> Path:
    """Return a program of a distribution, which is installed where it is not there yet.

    Args:
        place: Where.
        distribution: What pip installs, in its newest version.
        name: The program.

    Raises:
        PleasingError: pip cannot install it.
    """
    folder = place.folder / f"venv-{distribution}"
    path = folder / "bin" / name
    if not path.exists():
        print(f"Installing {distribution}, once", flush=True)
        venv.create(folder, with_pip=True, clear=True)
        _pip(folder, "install", "--quiet", "--upgrade", distribution)
    return path


def has_pants() -> bool:
    """Return whether there is the Python that Pants' last version on the index needs."""
    return shutil.which("python3.9") is not None


def pants(place: Place) -> Path:
    """Return the program of Pants, which is installed where it is not there yet.

    Args:
        place: Where.

    Raises:
        PleasingError: pip cannot install it.
    """
    folder = place.folder / "venv-pantsbuild.pants"
    path = folder / "bin" / "pants"
    if not path.exists():
        print("Installing pantsbuild.pants, once", flush=True)
        subprocess.run(["python3.9", "-m", "venv", "--clear", folder], check=True, capture_output=True)
        _pip(folder, "install", "--quiet", "pantsbuild.pants==2.17.*")
    return path


def pants_tools(place: Place) -> tuple[Path, Path]:
    """Return pex as one file, which Pants would fetch from elsewhere, and a folder of what that installs with.

    Args:
        place: Where.

    Raises:
        PleasingError: They cannot be fetched or built.
    """
    folder = place.folder / "pants-tools"
    program_file = folder / "pex"
    if not program_file.exists():
        folder.mkdir(exist_ok=True)
        pex = f"pex=={PEX_OF_PANTS}"
        pip(place, "download", "--quiet", "--no-deps", "--dest", str(folder), pex, *_TOOLS_OF_PANTS)
        own = place.folder / "venv-pex-of-pants"
        venv.create(own, with_pip=True, clear=True)
        _pip(own, "install", "--quiet", "--no-index", "--find-links", str(folder), pex)
        command = [str(own / "bin" / "pex"), "--no-pypi", "-f", str(folder), pex, "-c", "pex"]
        command += ["-o", str(program_file), "--python-shebang", "/usr/bin/env python3"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise PleasingError(f"pex cannot be built for Pants: {done.stderr.strip()[-2000:]}")
    return program_file, folder


def has_serverless() -> bool:
    """Return whether there is what the Serverless Framework is installed with, and run on."""
    return shutil.which("npm") is not None and shutil.which("node") is not None


def serverless(place: Place) -> Path:
    """Return the folder `node_modules` with the Serverless Framework and its plugin for Python.

    Version 3 is the last that packages without an account.

    Args:
        place: Where.

    Raises:
        PleasingError: npm cannot install them.
    """
    folder = place.folder / "npm-serverless"
    modules = folder / "node_modules"
    if not (modules / ".bin" / "serverless").exists():
        print("Installing serverless and serverless-python-requirements, once", flush=True)
        folder.mkdir(exist_ok=True)
        (folder / "package.json").write_text("{}")
        done = subprocess.run(
            ["npm", "install", "--silent", "serverless@3", "serverless-python-requirements"],
            cwd=folder,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise PleasingError(f"npm cannot install serverless: {done.stderr.strip()[-2000:]}")
    return modules


def npm_version(place: Place, package: str) -> str:
    """Return the version of a package that npm has installed.

    Args:
        place: Where it is.
        package: What it is called.
    """
    found = place.folder / "npm-serverless" / "node_modules" / package / "package.json"
    if not found.exists():
        return "unknown"
    return str(json.loads(found.read_text("utf-8"))["version"])


def version(place: Place, distribution: str) -> str:
    """Return the version of an installed peer.

    Args:
        place: Where it is.
        distribution: What it is called.
    """
    name = distribution.replace("-", "_")
    for found in (place.folder / f"venv-{distribution}").glob(f"lib/*/site-packages/{name}-*.dist-info"):
        return found.name[len(name) + 1 : -len(".dist-info")]
    return "unknown"


def fill_wheelhouse(place: Place) -> None:
    """Download what the functions need, once, by pip as it is configured here.

    Args:
        place: Where.

    Raises:
        PleasingError: pip cannot download it.
    """
    pins = sorted({pin for function in FUNCTIONS for pin in function.pins})
    mark = place.wheelhouse / "complete"
    wanted = "\n".join([place.runtime, *pins])
    if mark.exists() and mark.read_text("utf-8") == wanted:
        return
    print("Downloading wheels, once", flush=True)
    pip(
        place,
        "download",
        *download_arguments(place.runtime, "x86_64"),
        "--dest",
        str(place.wheelhouse),
        *pins,
    )
    mark.write_text(wanted, "utf-8")


def download_arguments(runtime: str, architecture: str) -> list[str]:
    """Return what makes `pip download` take wheels that a Lambda runtime of any age can load.

    Args:
        runtime: As AWS spells it.
        architecture: As AWS spells it.
    """
    machine = "aarch64" if architecture == "arm64" else architecture
    python = runtime.removeprefix("python")
    return [
        *("--quiet", "--no-deps", "--only-binary=:all:", "--implementation=cp"),
        *(f"--python-version={python}", f"--abi=cp{python.replace('.', '')}"),
        *(word for platform in _PLATFORMS for word in ("--platform", f"{platform}_{machine}")),
    ]


def pip(place: Place, *arguments: str) -> None:
    """Run pip as it is configured here.

    Args:
        place: Where pip is installed.
        arguments: Its arguments.

    Raises:
        PleasingError: It fails.
    """
    program(place, "pip", "pip")
    _pip(place.folder / "venv-pip", *arguments)


def _pip(folder: Path, *arguments: str) -> None:
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run(
        [folder / "bin" / "python", "-m", "pip", *arguments], env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise PleasingError(f"pip {arguments[0]} failed: {done.stderr.strip()[-2000:]}")
