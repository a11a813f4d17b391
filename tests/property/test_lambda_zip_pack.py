from __future__ import annotations

import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders.command import contents, pack
from tests.builders.pex import PexBuilder, PexKind
from tools.archive.reader import ArchiveReader

CI = settings(
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

letters, digits = "abcdefghijklmnopqrstuvwxyz", "0123456789"
parts = st.builds(
    "{}{}{}".format,
    st.sampled_from(letters + "_é日"),
    st.text(letters + digits + "_é.-", max_size=8),
    st.sampled_from(letters + digits),
).filter(
    lambda part: (
        part not in ("third_party", "lambda_function", "svc", "bin", "share", "man", "etc", "include", "sbin")
    )
)
paths = st.lists(parts, min_size=1, max_size=4).map("/".join)
data = st.binary(max_size=200) | st.builds(
    lambda word, count: word * count, st.binary(min_size=1, max_size=5), st.integers(1, 3000)
)
modes = st.booleans()


def without_conflicts(names: list[str]) -> list[str]:
    """Return the names that are neither the folder of another nor the same but for case."""
    folded = [name.casefold() for name in names]
    return [
        name
        for index, name in enumerate(names)
        if folded[index] not in folded[:index]
        and not any(other.startswith(folded[index] + "/") for other in folded)
    ]


names = st.lists(paths, unique=True, max_size=12).map(without_conflicts)


@st.composite
def pexes(draw: st.DrawFn) -> tuple[PexBuilder, dict[str, tuple[bytes, int]]]:
    """Draw a PEX, and what the zip must hold besides what the tool writes itself."""
    kind = draw(st.sampled_from(list(PexKind)))
    builder = PexBuilder(kind, inits=draw(st.booleans())).add("svc/echo.py", b"def handler(a, b): pass\n")
    expected = {"svc/echo.py": (b"def handler(a, b): pass\n", 0o100644)}
    for index, path in enumerate(draw(names)):
        content, executable = draw(data), draw(modes)
        if index % 2:
            options = {}
            if kind.archive:
                options = draw(
                    st.fixed_dictionaries(
                        {}, optional={"method": st.just(0), "descriptor": st.sampled_from([4, 8])}
                    )
                )
            builder.add(f"svc/{path}.txt", content, executable, **options)
            expected[f"svc/{path}.txt"] = (content, 0o100755 if executable else 0o100644)
        else:
            name, file = f"dist{index}", f"pkg{index}/{path}.dat"
            executables = frozenset([file] if executable else [])
            builder.add_distribution(name, "1.0", {file: content}, executables=executables)
            expected[file] = (content, 0o100755 if executable else 0o100644)
            for note in ("METADATA", "WHEEL"):
                metadata = builder.distributions[-1].installed()[f"{name}-1.0.dist-info/{note}"]
                expected[f"{name}-1.0.dist-info/{note}"] = (metadata, 0o100644)
    return builder, expected


@CI
@given(pexes(), st.integers(0, 1 << 32).map(random.Random))
def test_any_pex_gives_the_expected_names_modes_and_bytes(
    tmp_path_factory: pytest.TempPathFactory,
    given_pex: tuple[PexBuilder, dict[str, tuple[bytes, int]]],
    shuffle: random.Random,
) -> None:
    builder, expected = given_pex
    folder = tmp_path_factory.mktemp("pex")
    try:
        _check(builder, expected, folder, shuffle)
    finally:
        shutil.rmtree(folder)


def _check(
    builder: PexBuilder, expected: dict[str, tuple[bytes, int]], folder: Path, shuffle: random.Random
) -> None:
    path = builder.write(folder / "app.pex")
    result = pack(path, "--no-check-platform")
    assert result.status == 0, result.err
    found = contents(folder / "app.zip")
    own = {"lambda_function.py", "svc/__init__.py"}
    assert {
        name: entry for name, entry in found.items() if name not in own and not name.endswith("/RECORD")
    } == expected
    for distribution in builder.distributions:
        record = found[f"{distribution.folder}/RECORD"][0].decode()
        listed = {line.rsplit(",", 2)[0] for line in record.splitlines()}
        assert listed == {name for name in found if name in distribution.installed()}
    assert list(found) == sorted(found)
    container = ArchiveReader(folder / "app.zip")
    assert {member.name: member.read() for member in container.members} == {
        name: content for name, (content, _) in found.items()
    }
    container.close()
    if shutil.which("unzip"):
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        subprocess.run(["unzip", "-tqq", str(folder / "app.zip")], check=True, env=environment)
    if builder.kind.archive:
        # In another order, and without verifying: the same bytes.
        before = (folder / "app.zip").read_bytes()
        raw = builder.raw()
        shuffle.shuffle(raw.members)
        path.write_bytes(raw.build())
        assert pack(path, "--no-check-platform", "--no-verify").status == 0
        assert (folder / "app.zip").read_bytes() == before
