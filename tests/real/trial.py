"""Trial: one distribution installed, put into a PEX, packed, unpacked, and imported."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from typing import NamedTuple

from tests.builders.command import run
from tests.builders.pex import PexBuilder, PexKind
from tests.real.distributions import Real
from tools.slim.note import dump_note, note_of
from tools.wheel_notes import IMPORT_INDEX_FILE, SLIM_NOTE_FILE
from tools.wheel_notes.import_index import ImportIndex, dump_index, index_imports
from tools.wheel_notes.requires import read_requires

# Seconds.
_TIMEOUT = 600

_PROBE = """
import importlib, importlib.metadata, json, sys
sys.path.insert(0, sys.argv[1])
import lambda_function
lambda_function.handler({}, None)
namespaces = {name: importlib.import_module(name).__spec__.origin for name in json.loads(sys.argv[2])}
outside = [name for name, module in list(sys.modules.items())
           if "site-packages" in (getattr(module, "__file__", None) or "")]
versions = {item.metadata["Name"]: item.version for item in importlib.metadata.distributions(path=[sys.argv[1]])}
print(json.dumps({"namespaces": namespaces, "outside": outside, "versions": versions,
                  "version": importlib.metadata.version(sys.argv[3])}))
"""


class Outcome(NamedTuple):
    """What a trial gave.

    Attributes:
        problems: What went wrong; empty for a good one.
        files: Of the zip.
        zip_bytes: Of the zip.
        gate: What the platform gate says of it for this machine's version of Python, on Lambda. Not a problem: the
            wheels are this machine's.
    """

    problems: list[str]
    files: int
    zip_bytes: int
    gate: str


def try_out(real: Real, folder: Path) -> Outcome:
    """Run one trial.

    Args:
        real: The distribution.
        folder: An empty folder, which is filled.
    """
    site = folder / "site"
    _install(real, site)
    pex = _pex(real, site).write(folder / "app.pex")
    noted = _with_notes(_pex(real, site), site).write(folder / "noted.pex")
    declared = [f"--declared={name}=={version}" for name, version in _installed(site).items()]
    architecture = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"
    arguments = [
        "pack",
        pex,
        "--handler",
        "svc/app.py:handler",
        "--output",
        folder / "app.zip",
        "--architecture",
        architecture,
        "--manifest",
        folder / "app.json",
        "--slim=more",
        "--strip-binaries",
        *declared,
    ]
    checked = run(*arguments)
    result = run(*arguments, "--no-check-platform")
    if result.status != 0:
        return Outcome([result.err], 0, 0, "")
    slimmed = _left_out(folder / "app.json")
    by_notes = run(arguments[0], noted, *arguments[2:], "--no-check-platform", "--no-verify")
    alarms = [line for text in (result.err, by_notes.err) for line in text.splitlines()]
    gate = "" if checked.status == 0 else checked.err.replace("app.pex: error: ", "").strip().split("\n")[0]
    unpacked = folder / "unpacked"
    with zipfile.ZipFile(folder / "app.zip") as archive:
        archive.extractall(unpacked)
        files = len(archive.namelist())
    if _left_out(folder / "app.json") != slimmed:
        alarms.append(f"notes leave out {_left_out(folder / 'app.json')}, sources {slimmed}")
    problems = [*alarms, *_probe(real, unpacked, _installed(site))]
    manifest = json.loads((folder / "app.json").read_bytes())
    if manifest["third_party_without_metadata"]["files"]:
        problems.append(f"{manifest['third_party_without_metadata']['files']} files without an owner")
    return Outcome(problems, files, (folder / "app.zip").stat().st_size, gate)


def _left_out(manifest: Path) -> object:
    return json.loads(manifest.read_bytes())["left_out"]


def _install(real: Real, site: Path) -> None:
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-compile",
            "--only-binary=:all:",
            "--no-warn-conflicts",
            "--target",
            str(site),
            f"{real.name}=={real.pin}",
        ],
        check=True,
        timeout=_TIMEOUT,
    )


def _pex(real: Real, site: Path) -> PexBuilder:
    builder = PexBuilder(PexKind.PLEASE_2, python=sys.version_info[:2])
    imports = "".join(f"import {name}\n" for name in real.imports)
    builder.add_source("svc/app.py", f"{imports}\ndef handler(event, context):\n    {real.check}\n")
    for path in sorted(site.rglob("*")):
        if path.is_file():
            name = path.relative_to(site).as_posix()
            builder.add_third_party(name, path.read_bytes())
            if path.stat().st_mode & 0o111:
                builder.executables.add(f"third_party/python/{name}")
    return builder


def _with_notes(builder: PexBuilder, site: Path) -> PexBuilder:
    """Add what lambda_wheel would note of the distributions' imports."""
    for folder in sorted(site.glob("*.dist-info")):
        record = (folder / "RECORD").read_text().splitlines()
        names = [line.rsplit(",", 2)[0] for line in record]
        sources = {}
        for name in names:
            if name.endswith(".py") and (site / name).is_file():
                source = (site / name).read_bytes()
                sources[name] = (source, zlib.crc32(source))
        requires = read_requires((folder / "METADATA").read_bytes())
        note = dump_index(ImportIndex(index_imports(sources, names), list(requires)))
        builder.add_third_party(f"{folder.name}/{IMPORT_INDEX_FILE}", note)
        there = [name for name in names if (site / name).is_file()]
        entry_points = folder / "entry_points.txt"
        slim = note_of(
            there,
            lambda name: [(site / name).read_bytes()],
            entry_points.read_bytes() if entry_points.is_file() else b"",
        )
        builder.add_third_party(f"{folder.name}/{SLIM_NOTE_FILE}", dump_note(slim))
    return builder


def _installed(site: Path) -> dict[str, str]:
    import importlib.metadata

    return {
        item.metadata["Name"]: item.version for item in importlib.metadata.distributions(path=[str(site)])
    }


def _probe(real: Real, unpacked: Path, installed: dict[str, str]) -> list[str]:
    """Import from the unpacked zip, in an interpreter that has nothing else."""
    done = subprocess.run(
        [
            sys.executable,
            "-I",
            "-S",
            "-B",
            "-c",
            _PROBE,
            str(unpacked),
            json.dumps(real.namespaces),
            real.name,
        ],
        capture_output=True,
        text=True,
        timeout=_TIMEOUT,
        cwd=unpacked.parent,
        env={"HOME": str(unpacked.parent)},
    )
    if done.returncode != 0:
        return [done.stderr]
    found = json.loads(done.stdout.splitlines()[-1])
    problems = [f"{name} is no namespace package" for name, origin in found["namespaces"].items() if origin]
    problems += [f"{name} was imported from elsewhere" for name in found["outside"]]
    if found["version"] != real.pin:
        problems.append(f"importlib.metadata.version gives {found['version']}, expected {real.pin}")
    if found["versions"] != installed:
        problems.append(f"importlib.metadata finds {found['versions']}, expected {installed}")
    return problems
