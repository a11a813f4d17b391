from __future__ import annotations

import json
from pathlib import Path

from tests.builders.command import run
from tests.builders.pex import PexBuilder, echo_pex
from tests.builders.raw_zip import STORED


def small() -> PexBuilder:
    # Stored, as what deflate makes of a file is zlib's to choose.
    builder = (
        PexBuilder(inits=False).add_source("svc/echo.py", "x = 1\n").add("svc/tool", b"#!", executable=True)
    )
    builder.add_third_party("loose.py", b"pass").add_distribution("a", "1", {"a.py": b"a"}, record=False)
    builder.options = {member.raw_name().decode(): {"method": STORED} for member in builder.raw().members}
    return builder


def test_as_text(tmp_path: Path) -> None:
    result = run("list", small().write(tmp_path / "app.pex"), "--exclude", "svc/tool", "--exclude", "none")
    assert (result.status, result.err) == (0, "")
    assert result.out == (
        "app.pex (please)\n"
        "\n"
        "In the zip, with what each takes there, unpacked, and whose it is:\n"
        "          41           41  a 1                          a-1.dist-info/METADATA"
        "  <- third_party/python/a-1.dist-info/METADATA\n"
        "          75           75  a 1                          a-1.dist-info/WHEEL  <- third_party/python/a-1.dist-info/WHEEL\n"
        "           1            1  without metadata             a.py  <- third_party/python/a.py\n"
        "           4            4  without metadata             loose.py  <- third_party/python/loose.py\n"
        "           6            6  first-party                  svc/echo.py\n"
        "5 files, 127 B without headers, 127 B unpacked\n"
        "\n"
        "Left out:\n"
        "  bytecode of the host's interpreter: 1 files, 20 B\n"
        "          20  svc/echo.pyc\n"
        "  matched by exclude: 1 files, 2 B\n"
        "           2  svc/tool\n"
        "  note of the tool that installed it: 1 files, 4 B\n"
        "           4  third_party/python/a-1.dist-info/INSTALLER\n"
        "  start-up code of the PEX: 3 files, 27 B\n"
        "           0  .bootstrap/__init__.py\n"
        "          14  .bootstrap/zipp.py\n"
        "          13  __main__.py\n"
        "warning: exclude: 'none' matches no file of the zip; take it out or correct it\n"
    )


def test_as_json(tmp_path: Path) -> None:
    result = run(
        "list", small().write(tmp_path / "app.pex"), "--json", "--exclude", "svc/tool", "--exclude", "none"
    )
    found = json.loads(result.out)
    assert result.out == json.dumps(found, indent=2, sort_keys=True) + "\n"
    assert found["pex"] == {"kind": "please", "name": "app.pex"}
    assert [item["name"] for item in found["files"]] == [
        "a-1.dist-info/METADATA",
        "a-1.dist-info/WHEEL",
        "a.py",
        "loose.py",
        "svc/echo.py",
    ]
    assert found["files"][4] == {
        "area": "first-party",
        "bytes": 6,
        "compressed_bytes": 6,
        "distribution": None,
        "executable": False,
        "member": "svc/echo.py",
        "name": "svc/echo.py",
    }
    assert {"bytes": 2, "distribution": "", "member": "svc/tool", "reason": "matched by exclude"} in found[
        "left_out"
    ]
    assert found["warnings"] == ["exclude: 'none' matches no file of the zip; take it out or correct it"]


def test_nothing_is_written(tmp_path: Path) -> None:
    run("list", echo_pex().write(tmp_path / "app.pex"))
    assert [entry.name for entry in tmp_path.iterdir()] == ["app.pex"]


def test_a_bad_pex_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "app.pex").write_bytes(b"")
    result = run("list", tmp_path / "app.pex")
    assert (result.status, result.out) == (1, "")
    assert result.err == "app.pex: error: app.pex is empty, not a PEX\n"
