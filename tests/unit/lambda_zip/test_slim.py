"""Slimming through the command line: what it leaves out, and what it says of that."""

from __future__ import annotations

import json
import random
from pathlib import Path

from tests.builders.command import contents, pack, run
from tests.builders.pex import PexBuilder
from tools.lambda_zip.report.savings import savings_of

HANDLER = ("svc/app.py", "import p\n\n\ndef handler(event, context):\n    return event\n")


def builder() -> PexBuilder:
    made = PexBuilder().add_source(*HANDLER)
    files = {
        "p/__init__.py": b"import six\n",
        "p/py.typed": b"",
        "p/tests/__init__.py": b"",
        "p/tests/test_p.py": b"import p\n",
        "p/fast.c": b"int main;",
        "p/LICENSE": b"text",
    }
    made.add_distribution(
        "p", "1.0", files, extra={"METADATA": b"Metadata-Version: 2.1\nName: p\nRequires-Dist: six\n"}
    )
    made.add_distribution("six", "1.17.0", {"six.py": b""})
    return made


def test_the_manifest_says_what_was_left_out(tmp_path: Path) -> None:
    pex = builder().write(tmp_path / "app.pex")
    manifest = tmp_path / "app.json"
    assert pack(pex, "--manifest", manifest, handler="svc/app.py:handler") == (0, "", "")
    names = set(contents(tmp_path / "app.zip"))
    assert {name for name in names if name.startswith("p/")} == {"p/__init__.py", "p/LICENSE"}
    record = contents(tmp_path / "app.zip")["p-1.0.dist-info/RECORD"][0].decode().splitlines()
    assert {line.rsplit(",", 2)[0] for line in record} == {name for name in names if name.startswith("p")}
    left_out = json.loads(manifest.read_bytes())["left_out"]
    assert left_out["slim"] == "safe"
    assert [(rule["rule"], rule["files"], rule["unzipped_bytes"]) for rule in left_out["rules"]] == [
        ("sources and headers of native code", 1, 9),
        ("tests", 2, 9),
        ("type stubs", 1, 0),
    ]
    assert pack(pex, "--slim", "none", "--manifest", manifest, handler="svc/app.py:handler").status == 0
    assert json.loads(manifest.read_bytes())["left_out"]["rules"] == []
    assert "p/tests/test_p.py" in contents(tmp_path / "app.zip")


def test_distributions_that_go_are_named(tmp_path: Path) -> None:
    pex = builder().write(tmp_path / "app.pex")
    manifest = tmp_path / "app.json"
    arguments = ("--manifest", manifest, "--exclude-distribution", "six")
    # What p requires is not there on purpose; that p imports it is told all the same, unless the runtime has it.
    assert pack(pex, *arguments, handler="svc/app.py:handler") == (0, "", "")
    assert "six.py" not in contents(tmp_path / "app.zip")
    (gone,) = json.loads(manifest.read_bytes())["left_out"]["distributions"]
    assert (gone["name"], gone["version"], gone["because"], gone["files"]) == ("six", "1.17.0", "named", 4)
    assert (
        pack(pex, "--manifest", manifest, "--provided", "runtime", handler="svc/app.py:handler").status == 0
    )
    (gone,) = json.loads(manifest.read_bytes())["left_out"]["provided"]
    assert (gone["name"], gone["version"], gone["runtime_version"]) == ("six", "1.17.0", None)


def test_first_party_code_that_imports_what_was_taken_is_told(tmp_path: Path) -> None:
    made = PexBuilder().add_source(
        "svc/app.py", "import attr\n\n\ndef handler(event, context):\n    return event\n"
    )
    made.add_distribution("attrs", "24.3.0", {"attr/__init__.py": b""})
    pex = made.write(tmp_path / "app.pex")
    result = pack(pex, "--exclude-distribution", "attrs", handler="svc/app.py:handler")
    assert result.status == 1
    assert result.err == (
        "app.pex: error: svc/app.py:1: 'import attr' fails in Lambda: attr is neither in the zip nor in python3.11. "
        "exclude_distributions takes attrs, which has it; take it out of there, or name the module in imports_ok where the "
        "function gets it elsewhere.\n"
    )


def test_the_listing_shows_it(tmp_path: Path) -> None:
    pex = builder().write(tmp_path / "app.pex")
    shown = run("list", pex, "--runtime", "python3.11", "--exclude-distribution", "six")
    assert "  slim: no running function reads it: tests: 2 files, 9 B" in shown.out
    assert "  of a distribution that exclude_distributions takes: named: " in shown.out
    listed = json.loads(run("list", pex, "--json", "--slim", "none").out)
    assert not [item for item in listed["left_out"] if item["reason"].startswith("slim")]


def test_one_that_cannot_fit_is_told_so_with_the_table(tmp_path: Path) -> None:
    noise = random.Random(1)
    made = PexBuilder().add_source(*HANDLER)
    files = {
        "p/__init__.py": b"",
        "p/data.bin": noise.randbytes(1_100_000),
        "p/tests/__init__.py": noise.randbytes(500_000),
    }
    made.add_distribution("p", "1.0", files)
    result = pack(
        made.write(tmp_path / "app.pex"),
        "--edge",
        "viewer-request",
        "--no-check-imports",
        handler="svc/app.py:handler",
    )
    assert result.status == 1
    lines = result.err.splitlines()
    assert "and max_size allows 1,048,576 (edge-viewer" in lines[0]
    assert [line.split()[-1] for line in lines if "p/data.bin" in line or "p 1.0" in line] == [
        "1.0",
        "p/data.bin",
    ]
    assert "tests" not in result.err


def test_what_is_no_saving() -> None:
    assert savings_of([]) == []
