from __future__ import annotations

import io
import tarfile

from tests.unit.lambda_wheel.conftest import Folder
from tests.unit.lambda_wheel.wheel_builder import build_wheel, wheel_name
from tools.aws.platform import parse_name
from tools.pip.report import report


def test_it_has_what_pip_would_install(folder: Folder) -> None:
    digest = folder.add(wheel_name(), build_wheel({"foo.py": b""}))
    document = report(["foo==1.0"]).document
    assert document is not None
    (item,) = document["install"]
    assert item["metadata"]["name"] == "foo"
    archive = item["download_info"]["archive_info"]
    # pip before 23.1 has but the older of the two keys.
    hashes = archive.get("hashes") or dict([archive["hash"].split("=")])
    assert hashes["sha256"] == digest.partition(":")[2]


def test_it_is_for_another_platform_where_options_say_so(folder: Folder) -> None:
    tag = "cp313-cp313-manylinux_2_34_aarch64"
    folder.add(wheel_name(tag), build_wheel({"foo.py": b""}, tag=tag))
    options = ["--only-binary", ":all:", *parse_name("python3.13-arm64").pip_arguments()]
    document = report(["foo==1.0"], options).document
    assert document is not None
    assert document["install"][0]["download_info"]["url"].endswith(wheel_name(tag))
    assert report(["foo==1.0"], ["--only-binary", ":all:"]).document is None


def test_why_there_is_none_is_what_a_build_printed(folder: Folder) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in {
            "PKG-INFO": b"Metadata-Version: 2.1\nName: foo\nVersion: 1.0\n",
            "pyproject.toml": b'[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
            "backend.py": b"raise SystemExit('foo is not for you')\n",
        }.items():
            info = tarfile.TarInfo(f"foo-1.0/{name}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    folder.add("foo-1.0.tar.gz", out.getvalue())
    document, run = report(["foo==1.0"])
    assert document is None
    assert run.reason == "foo is not for you"
