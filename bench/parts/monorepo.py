"""Monorepo: many functions that share the plot example's dependencies, in one repository."""

from __future__ import annotations

import shutil

from bench import peer
from bench.function import PLOT
from bench.measure import Cost, Sample, run, sample, sample_of
from bench.options import Options
from bench.packagers.every import versions
from bench.packagers.installer import Uv
from bench.packagers.packager import zip_program
from bench.packagers.sam import Sam, sam_template
from bench.place import Place
from bench.report import Goal, Part, Table, megabytes, ratio, seconds, spread
from bench.repository import Repository

_OF_PEERS = 3


def measure(place: Place, options: Options) -> Part:
    """Measure building all functions, and one after an edit.

    Args:
        place: Where.
        options: How much.

    Raises:
        PleasingError: Something cannot be built.
    """
    peer.fill_wheelhouse(place)
    count = options.functions
    rows: list[list[str]] = []
    try:
        cold, edited, size = _please(place, options)
    finally:
        place.fresh("monorepo")
    each = cold.seconds / count
    rows.append(
        [
            "python_lambda, by Please",
            f"{count}",
            seconds(cold.seconds),
            seconds(each),
            "",
            seconds(edited.median),
            spread(edited),
            megabytes(max(cold.peak, edited.peak)),
        ]
    )
    best = None
    for title, (costs, rebuild) in {
        Sam.title: _sam(place, options),
        Uv.title: _uv(place, options),
    }.items():
        one = costs.seconds / _OF_PEERS
        rows.append(
            [
                title,
                f"{_OF_PEERS}",
                seconds(costs.seconds),
                seconds(one),
                ratio(one, each),
                seconds(rebuild.median),
                spread(rebuild),
                megabytes(max(costs.peak, rebuild.peak)),
            ]
        )
        best = min(best or one, one, rebuild.median)
    assert best is not None
    return Part(
        f"{count} functions in one repository",
        f"Functions with the plot example's dependencies, each its own zip of {megabytes(size)}. All are"
        " built from nothing but the wheelhouse, then one line of one of them changes. The peers build"
        f" {_OF_PEERS}, of which the first fills their caches: of many more, one costs them what one edited"
        " does.",
        [
            Table(
                [
                    "",
                    "functions",
                    "all, cold",
                    "a function",
                    "to ours",
                    "one edited",
                    "shortest to longest",
                    "peak memory",
                ],
                rows,
            )
        ],
        [
            Goal(
                f"{count} functions: a function costs less than by the best peer",
                f"{seconds(each)} cold against {seconds(best)}; one edited: {seconds(edited.median)}",
                each < best,
            )
        ],
        [
            "Please builds every PEX and every zip, and keeps both: the disk takes twice the zips. It runs as"
            " many actions at once as there are cores."
        ],
        versions(place),
    )


def _please(place: Place, options: Options) -> tuple[Cost, Sample, int]:
    repository = Repository(place, "monorepo")
    packages = [f"functions/f{number:03}" for number in range(options.functions)]
    for package in packages:
        repository.add(PLOT, package)
    repository.tool()  # a plugin's tools are built once for all
    cold = repository.build("//functions/...")

    def rebuild(number: int) -> Cost:
        package = packages[number * 37 % len(packages)]
        repository.edit(PLOT, package, number)
        return repository.build("//functions/...")

    edited = sample(options.runs, rebuild)
    return cold, edited, repository.zip(packages[0]).stat().st_size


def _sam(place: Place, options: Options) -> tuple[Cost, Sample]:
    folder = place.fresh("monorepo")
    functions = {}
    for number in range(_OF_PEERS):
        source = folder / f"f{number}"
        source.mkdir()
        (source / "requirements.txt").write_text(PLOT.requirements())
        (source / "plot.py").write_text(PLOT.edited(number))
        functions[f"F{number}"] = (PLOT, f"f{number}")
    (folder / "template.yaml").write_text(sam_template(place, functions))
    sam = peer.program(place, "aws-sam-cli", "sam")
    environment = place.environment()

    def build(number: int, changed: int) -> Cost:
        cost = run([sam, "build", "--cached", "--parallel"], folder, environment)
        for one in range(changed):
            built = folder / ".aws-sam" / "build" / f"F{one}"
            (folder / f"F{one}.zip").unlink(missing_ok=True)
            log = folder / "zip.log"
            cost += run([zip_program(), "-qr", folder / f"F{one}.zip", "."], built, environment, log)
        return cost

    cold = build(0, _OF_PEERS)

    def rebuild(number: int) -> Cost:
        (folder / "f0" / "plot.py").write_text(PLOT.edited(100 + number))
        return build(number, 1)

    edited = sample(min(options.runs, 3), rebuild)
    place.fresh("monorepo")
    return cold, edited


def _uv(place: Place, options: Options) -> tuple[Cost, Sample]:
    folders = []
    costs = []
    for number in range(_OF_PEERS):
        one = Uv(place, PLOT)
        if number == 0:
            shutil.rmtree(place.folder / "edit-plot-uv" / "cache", ignore_errors=True)
        one.edit(number)
        costs.append(one.build())
        folders.append(one)

    def rebuild(number: int) -> Cost:
        folders[-1].edit(100 + number)
        return folders[-1].build()

    edited = sample(min(options.runs, 3), rebuild)
    total = costs[0]
    for cost in costs[1:]:
        total += cost
    return total, sample_of(edited.costs)
