"""Lock: from a lock file to a BUILD file, and from that to functions for six platforms."""

from __future__ import annotations

import hashlib
from pathlib import Path

from bench import peer
from bench.function import PLOT
from bench.measure import Cost, interleaved, run, sample
from bench.options import Options
from bench.packagers.every import versions
from bench.packagers.sam import sam_template
from bench.place import Place
from bench.report import Goal, Part, Table, megabytes, ratio, seconds, spread
from bench.repository import Repository

_DISTRIBUTIONS = 150
_RUNTIMES = ("python3.11", "python3.12", "python3.13")
_ARCHITECTURES = ("x86_64", "arm64")
_PLATFORMS = tuple((runtime, machine) for runtime in _RUNTIMES for machine in _ARCHITECTURES)


def measure(place: Place, options: Options) -> Part:
    """Measure lambda_lock on a lock of 150 distributions, and a cold build of six platforms.

    Args:
        place: Where.
        options: How much.

    Raises:
        PleasingError: Something cannot be built.
    """
    peer.fill_wheelhouse(place)
    locked = _lock(place, options)
    try:
        platforms, goal = _six_platforms(place, options)
    finally:
        place.fresh("lock-please")
        place.fresh("lock-downloads")
        place.fresh("lock-sam")
    return Part(
        "Lock files, and six platforms",
        f"A uv.lock of {_DISTRIBUTIONS} distributions, each with three wheels, an sdist and up to four edges,"
        " a third of them with markers, becomes a BUILD file for six platforms; no network is needed. Then"
        " the plot function is built, from nothing but wheels on disk, for three runtimes and both"
        " architectures.",
        [locked, platforms],
        [goal],
        [
            "sam needs the interpreter of each runtime on PATH: it builds one platform, and the table has six"
            " times that."
        ],
        versions(place),
    )


def _lock(place: Place, options: Options) -> Table:
    repository = Repository(place, "lock-please")
    tool = repository.tool("lambda_lock")
    folder = place.fresh("lock")
    lock = folder / "uv.lock"
    lock.write_text(_uv_lock(), "utf-8")
    platforms = [f"--platform={runtime}-{machine}" for runtime, machine in _PLATFORMS]

    def write(*more: str) -> Cost:
        command = [place.python, "-I", tool, "--lock", lock, "--output", folder / "BUILD", *platforms, *more]
        return run(command, folder, place.environment())

    written, checked = interleaved(options.runs, [lambda number: write(), lambda number: write("--check")])
    return Table(
        ["lambda_lock", "median", "shortest to longest", "peak memory"],
        [
            ["BUILD file written", seconds(written.median), spread(written), megabytes(written.peak)],
            ["--check", seconds(checked.median), spread(checked), megabytes(checked.peak)],
        ],
    )


def _six_platforms(place: Place, options: Options) -> tuple[Table, Goal]:
    wheels = place.folder / "wheelhouse-six"
    if not (wheels / "complete").exists():
        for runtime, machine in _PLATFORMS:
            arguments = peer.download_arguments(runtime, machine)
            peer.pip(place, "download", *arguments, "--dest", str(wheels), *PLOT.pins)
        (wheels / "complete").touch()
    runs = min(options.runs, 3)

    def please(number: int) -> Cost:
        repository = Repository(place, "lock-please", wheelhouse=wheels)
        for runtime, machine in _PLATFORMS:
            repository.add(PLOT, f"plot/{runtime.replace('.', '_')}_{machine}", runtime, machine)
        repository.tool()
        repository.tool("lambda_wheel")
        return repository.build("//plot/...")

    def download(number: int) -> Cost:
        folder = place.fresh("lock-downloads")
        total = Cost(0.0, 0.0, 0)
        for runtime, machine in _PLATFORMS:
            pip = [place.folder / "venv-pip" / "bin" / "python", "-m", "pip", "download"]
            target = ("--dest", folder / f"{runtime}-{machine}")
            command = [*pip, *peer.download_arguments(runtime, machine), *target, *PLOT.pins]
            total += run(command, folder, place.environment(wheels))
        return total

    built, downloaded = (sample(runs, one) for one in (please, download))
    sam = _sam(place)
    rows = [
        ["plz build of six zips, cold", seconds(built.median), spread(built), "1.0 x", megabytes(built.peak)],
        [
            *("pip download, once a platform", seconds(downloaded.median), spread(downloaded)),
            *(ratio(downloaded.median, built.median), megabytes(downloaded.peak)),
        ],
        [
            *("sam build, six times one platform", seconds(sam.seconds * len(_PLATFORMS)), ""),
            *(ratio(sam.seconds * len(_PLATFORMS), built.median), megabytes(sam.peak)),
        ],
    ]
    goal = Goal(
        "six platforms, cold, against sam build",
        f"{seconds(built.median)}, {built.median / downloaded.median:.1f} times pip download once a platform,"
        f" sam {sam.seconds * len(_PLATFORMS) / built.median:.1f} times as long",
        built.median < sam.seconds * len(_PLATFORMS),
    )
    return Table(["six platforms", "median", "shortest to longest", "to ours", "peak memory"], rows), goal


def _sam(place: Place) -> Cost:
    """Build one platform with sam, cold, to a folder; it zips when it deploys."""
    folder = place.fresh("lock-sam")
    source: Path = folder / "src"
    source.mkdir()
    (source / "requirements.txt").write_text(PLOT.requirements())
    (source / "plot.py").write_text(PLOT.edited(0))
    (folder / "template.yaml").write_text(sam_template(place, {"Function": (PLOT, "src")}))
    return run([peer.program(place, "aws-sam-cli", "sam"), "build"], folder, place.environment())


def _uv_lock() -> str:
    """Return a lock file as uv writes it, of made-up distributions."""
    lines = ["version = 1", "revision = 3", 'requires-python = ">=3.11"', ""]
    lines += ["[[package]]", 'name = "application"', 'version = "1.0"', 'source = { virtual = "." }']
    lines += ["dependencies = [", *(f'    {{ name = "{_name(one)}" }},' for one in range(0, 30, 2)), "]", ""]
    for number in range(_DISTRIBUTIONS):
        lines += ["[[package]]", f'name = "{_name(number)}"', 'version = "1.2.3"']
        lines += ['source = { registry = "https://example.com/simple" }']
        edges = [number + step for step in (1, 2, 7, 30) if number + step < _DISTRIBUTIONS]
        marker = ", marker = \"python_full_version < '3.13'\"" if number % 3 == 0 else ""
        if edges:
            lines += [
                "dependencies = [",
                *(f'    {{ name = "{_name(one)}"{marker} }},' for one in edges),
                "]",
            ]
        lines += [f"sdist = {{ {_file(number, '.tar.gz')} }}", "wheels = ["]
        for tag in (
            "cp311-cp311-manylinux_2_17_x86_64",
            "cp313-cp313-manylinux_2_17_aarch64",
            "py3-none-any",
        ):
            lines.append(f"    {{ {_file(number, f'-{tag}.whl')} }},")
        lines += ["]", ""]
    return "\n".join(lines)


def _name(number: int) -> str:
    return f"distribution-{number:03}"


def _file(number: int, ending: str) -> str:
    name = f"{_name(number).replace('-', '_')}-1.2.3{ending}"
    digest = hashlib.sha256(name.encode()).hexdigest()
    return f'url = "https://example.com/files/{name}", hash = "sha256:{digest}", size = 12345'
