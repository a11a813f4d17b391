"""Tidy: BUILD files from the imports of 5,000 modules, beside what Pants does on them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from bench import peer
from bench.many_modules import write_repository
from bench.measure import Cost, Sample, interleaved, run, sample
from bench.options import Options
from bench.packagers.every import versions
from bench.place import ROOT, Place
from bench.report import Goal, Part, Table, megabytes, ratio, seconds, spread
from tools.errors import PleasingError

_MODULES = 5_000
_COLD, _WARM = 3.0, 0.5


def measure(place: Place, options: Options) -> Part:
    """Measure lambda_tidy with and without its cache, and `pants tailor` and `pants dependencies` where Pants runs.

    Args:
        place: Where.
        options: How much.

    Raises:
        PleasingError: Something fails.
    """
    folder = place.fresh("tidy")
    notes = ["Processor time is that of all processes; lambda_tidy parses with one for each core."]
    try:
        ours = _tidy(place, folder / "please", options)
        theirs: dict[str, Sample] = {}
        if peer.has_pants():
            try:
                theirs = _pants(place, folder / "pants", options)
            except (PleasingError, subprocess.CalledProcessError) as error:
                notes.append(f"Pants did not run here: {str(error).splitlines()[-1]}")
        else:
            notes.append("Pants was not there: its last version on the Python index needs python3.9.")
    finally:
        place.fresh("tidy")
    best = ours["lambda_tidy, warm"].median
    rows = [
        [
            title,
            seconds(found.median),
            spread(found),
            seconds(found.cpu),
            ratio(found.median, best),
            megabytes(found.peak),
        ]
        for title, found in (*ours.items(), *theirs.items())
    ]
    cold, warm = ours["lambda_tidy, cold"], ours["lambda_tidy, warm"]
    return Part(
        f"BUILD files of {_MODULES:,} modules",
        f"{_MODULES:,} modules of some 60 lines in 500 folders, one in five a test. Cold, there is neither a BUILD"
        " file nor a cache, and all are written; warm, nothing has changed. `--check`, cold, reads everything anew and"
        " finds nothing to change. Pants keeps its daemon, whose memory is not counted.",
        [
            Table(
                ["", "median", "shortest to longest", "processor", "to lambda_tidy, warm", "peak memory"],
                rows,
            )
        ],
        [
            Goal("tidy, 5,000 modules, cold: 3 s", seconds(cold.median), cold.median < _COLD),
            Goal("tidy, 5,000 modules, warm: 0.5 s", seconds(warm.median), warm.median < _WARM),
        ],
        notes,
        versions(place),
    )


def _tidy(place: Place, root: Path, options: Options) -> dict[str, Sample]:
    root.mkdir()
    write_repository(root, _MODULES)
    tool = root.parent / "lambda_tidy"
    modules = sorted((ROOT / "tools").glob("*.py"))
    for package in ("aws", "imports", "lambda_tidy"):
        modules += sorted((ROOT / "tools" / package).glob("*.py"))
    build = ROOT / "tools" / "python_tool" / "build.py"
    arguments = ("--module", "tools.lambda_tidy", "--output", tool, "--sources", *modules)
    run([place.python, "-I", build, *arguments], root.parent, place.environment())

    def tidy(*more: str) -> Cost:
        return run([place.python, "-I", tool, *more], root, place.environment(), root.parent / "bench.log")

    def cold(number: int) -> Cost:
        for path in (root / "src").rglob("BUILD"):
            path.unlink()
        shutil.rmtree(root / "plz-out", ignore_errors=True)
        return tidy()

    def anew(number: int) -> Cost:
        shutil.rmtree(root / "plz-out", ignore_errors=True)
        return tidy("--check")

    written, checked, warm = interleaved(options.runs, [cold, anew, lambda number: tidy("--check")])
    return {"lambda_tidy, cold": written, "lambda_tidy --check, cold": checked, "lambda_tidy, warm": warm}


def _pants(place: Place, root: Path, options: Options) -> dict[str, Sample]:
    program = peer.pants(place)
    root.mkdir()
    write_repository(root, _MODULES)
    (root / "pants.toml").write_text(f"""\
[GLOBAL]
backend_packages = ["pants.backend.python"]
local_store_dir = "{root}/store"
named_caches_dir = "{root}/caches"
[anonymous-telemetry]
enabled = false
[source]
root_patterns = ["src/python"]
[python]
interpreter_constraints = [">=3.9"]
[python-infer]
use_rust_parser = true
unowned_dependency_behavior = "ignore"
[tailor]
build_file_name = "BUILD.pants"
""")
    (root / "third_party" / "python" / "BUILD").unlink()

    def pants(*arguments: str) -> Cost:
        log = root.parent / "bench.log"
        return run([program, *arguments], root, place.environment(), log)

    try:
        tailor = sample(1, lambda number: pants("tailor", "::"))
        cold = sample(1, lambda number: pants("dependencies", "::"))
        warm = sample(min(options.runs, 3), lambda number: pants("dependencies", "::"))
    finally:
        shutil.rmtree(root / ".pids", ignore_errors=True)
    return {"pants tailor": tailor, "pants dependencies, cold": cold, "pants dependencies, warm": warm}
