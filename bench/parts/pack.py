"""Pack: the plot function's PEX becomes a zip."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from bench import peer
from bench.floor import hash_and_copy
from bench.function import PLOT
from bench.measure import Cost, Sample, interleaved, run
from bench.options import Options
from bench.packagers.every import versions
from bench.packagers.pex_tool import PexTool
from bench.place import Place
from bench.report import Goal, Part, Table, megabytes, ratio, seconds, spread
from bench.repository import Repository
from tools.errors import PleasingError

_PLATFORM_SHARE = 0.15  # of the time without it


def measure(place: Place, options: Options) -> Part:
    """Measure packing, beside pex3 on the same function and sha256sum on the same file.

    Args:
        place: Where.
        options: How much.

    Raises:
        PleasingError: Something cannot be built.
    """
    peer.fill_wheelhouse(place)
    repository = Repository(place, "pack")
    repository.add(PLOT, PLOT.name)
    repository.build(f"//{PLOT.name}:lambda")
    pex, tool = repository.pex(PLOT.name), repository.tool()
    plain = Repository(place, "pack-plain", pip_library=True)
    plain.add(PLOT, PLOT.name)
    plain.build(f"//{PLOT.name}:lambda")
    other = PexTool(place, PLOT)
    other.build_pex()
    output = place.fresh("pack-output") / "plot.zip"

    def pack(pex: Path, *arguments: str) -> Cost:
        output.unlink(missing_ok=True)
        output.with_suffix(".json").unlink(missing_ok=True)
        os.sync()
        purpose = ("--handler", "plot.py:handler", "--package", PLOT.name)
        platform = ("--runtime", place.runtime, "--architecture", "x86_64")
        outputs = ("--output", output, "--manifest", output.with_suffix(".json"))
        command = [place.python, "-I", "-S", tool, "pack", pex, *outputs, *purpose, *platform, *arguments]
        return run(command, output.parent, place.environment())

    def digest() -> Cost:
        return run([_sha256sum(), pex], output.parent, place.environment())

    titles = [
        "lambda_zip --no-verify, as a rule runs it",
        "the same without the platform gate",
        "the same of pip_library's wheels, which have no notes for the gate",
        "lambda_zip --verify, as for a PEX of others",
        "pex3 venv create --layout flat-zipped",
        "sha256sum of the PEX",
        "sha256 and copy in Python (the floor)",
    ]
    trusted, ungated, _, verified, pex3, sha256, _ = samples = interleaved(
        options.runs,
        [
            lambda number: pack(pex, "--no-verify"),
            lambda number: pack(pex, "--no-verify", "--no-check-platform"),
            lambda number: pack(plain.pex(PLOT.name), "--no-verify"),
            lambda number: pack(pex, "--verify"),
            lambda number: other.flatten(),
            lambda number: digest(),
            lambda number: hash_and_copy(place, pex, output.with_name("copy")),
        ],
    )
    pack(plain.pex(PLOT.name), "--no-verify")
    plain_size = output.stat().st_size
    pack(pex, "--no-verify")
    again = hashlib.sha256(output.read_bytes()).hexdigest()
    pack(pex, "--verify")
    if again != hashlib.sha256(output.read_bytes()).hexdigest():
        raise PleasingError("packing the same PEX twice gave different bytes")
    size, pex_size = output.stat().st_size, pex.stat().st_size
    sizes = [size, size, plain_size, size, other.zip().stat().st_size, pex_size, pex_size]
    rows = [
        [
            title,
            seconds(one.median),
            spread(one),
            seconds(one.cpu),
            ratio(one.median, sha256.median),
            megabytes(one.peak),
            megabytes(size),
        ]
        for title, one, size in zip(titles, samples, sizes)
    ]
    return Part(
        "Packing the plot function's PEX",
        f"The PEX is Please's, of pandas and matplotlib: {megabytes(pex.stat().st_size)}, of which sha256sum"
        " reads every byte once. pex3 works on pex-tool's PEX of the same wheels. Both start as a build"
        " would start them.",
        [
            Table(
                ["", "median", "shortest to longest", "processor", "to sha256sum", "peak memory", "file"],
                rows,
            )
        ],
        _goals(trusted, ungated, pex3, sha256),
        [
            (
                f"--verify inflates every member and takes {ratio(verified.median, trusted.median)} the"
                f" trusted time on {os.cpu_count()} cores."
            ),
            (
                "sha256sum of coreutils may do without the processor's SHA instructions; the floor is"
                " Python's hashlib over the file while it is copied, which any tool that writes and hashes"
                " the zip has to do."
            ),
        ],
        versions(place),
    )


def _goals(trusted: Sample, ungated: Sample, pex3: Sample, sha256: Sample) -> list[Goal]:
    # The shortest runs: the two differ by less than what another's work on the same machine adds.
    gate = trusted.least / ungated.least - 1
    return [
        Goal(
            "packing: 10 times faster than pex3 venv create --layout flat-zipped",
            f"{seconds(trusted.median)}, {pex3.median / trusted.median:.1f} times faster",
            pex3.median >= 10 * trusted.median,
        ),
        Goal(
            "packing: at most 3 times sha256sum of the same file",
            f"{trusted.median / sha256.median:.1f} times {seconds(sha256.median)}",
            trusted.median <= 3 * sha256.median,
        ),
        Goal(
            "platform gate: at most 15 % more time",
            f"{gate * 100:.0f} %",
            gate <= _PLATFORM_SHARE,
        ),
    ]


def _sha256sum() -> str:
    found = shutil.which("sha256sum") or shutil.which("gsha256sum")
    if found is None:
        raise PleasingError("there is no sha256sum on PATH")
    return found
