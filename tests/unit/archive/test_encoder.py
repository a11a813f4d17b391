from __future__ import annotations

import random
import shutil
import sys
import zlib
from pathlib import Path
from types import SimpleNamespace

import deflate as package
import pytest

from tools.archive import encoder
from tools.archive.encoder import COMPRESSIONS, VERSION, load_encoder
from tools.errors import PleasingError

WORDS = b" ".join(b"%x" % number for number in range(3000))
MODULE = Path(package.__file__).with_name(Path(package._deflate.__file__).name)


@pytest.mark.parametrize("compression", COMPRESSIONS.values())
def test_a_module_by_its_path_is_the_one_that_is_imported(
    tmp_path: Path, compression: encoder.Compression
) -> None:
    copy = tmp_path / "_deflate.so"
    shutil.copy(MODULE, copy)
    by_path = load_encoder(copy, compression.level)(WORDS)
    assert by_path == load_encoder(None, compression.level)(WORDS)
    assert zlib.decompress(by_path, -15) == WORDS


def test_the_bytes_are_those_of_the_pinned_version() -> None:
    noise = random.Random(1).randbytes(2000).hex().encode()
    crcs = [zlib.crc32(load_encoder(None, level)(noise + WORDS)) for level in (7, 12)]
    assert crcs == [1035917173, 1138915694]


def test_a_module_that_does_not_load_is_told(tmp_path: Path) -> None:
    (tmp_path / "_deflate.so").write_bytes(b"\x7fELF")
    with pytest.raises(PleasingError) as caught:
        load_encoder(tmp_path / "_deflate.so", 7)
    text = str(caught.value)
    assert text.startswith(f"the encoder {tmp_path}/_deflate.so does not load in CPython 3.")
    assert text.endswith(
        "It was fetched for the Python and the machine that the build was first run with; where a cache is shared, they "
        "must be alike. deflate 0.8.1 has wheels for CPython 3.9 and newer on Linux and macOS, on x86_64 and arm64. For "
        "another machine, build it (pip wheel --no-binary deflate deflate==0.8.1), and name the native module of that "
        'wheel in .plzconfig: [Plugin "awslambda"] Encoder = /path/to/_deflate.so'
    )


def test_another_version_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "_load", lambda module: SimpleNamespace(__version__="0.9.0"))
    with pytest.raises(PleasingError) as caught:
        load_encoder(None, 7)
    assert str(caught.value).startswith(
        f"the package deflate is version 0.9.0 of the encoder, expected {VERSION}: another version may give other bytes. "
    )


def test_a_python_without_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "deflate._deflate", None)
    with pytest.raises(PleasingError) as caught:
        load_encoder(None, 7)
    assert str(caught.value).startswith(
        "this Python has no deflate, which compresses the zip: install deflate==0.8.1, or name its native module with "
        "--encoder ("
    )


def test_the_version_is_the_one_that_is_fetched() -> None:
    root = Path(encoder.__file__).parents[2]
    build = (root / "third_party" / "tools" / "BUILD").read_text()
    rule = build[build.index('name = "deflate_wheel"') :].partition("\n)\n")[0]
    assert f'version = "{VERSION}"' in rule
    assert f"deflate=={VERSION}\n" in (root / "tests" / "requirements.txt").read_text()
