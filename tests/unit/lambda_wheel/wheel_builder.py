"""Wheels and sdists, built in memory."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
import zipfile
from collections.abc import Mapping
from typing import Optional

_DATE = (2020, 2, 3, 4, 5, 6)


def digest(data: bytes) -> str:
    """Return a file's hash as RECORD has it."""
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


def build_wheel(
    files: Mapping[str, bytes],
    *,
    name: str = "foo",
    version: str = "1.0",
    tag: str = "py3-none-any",
    purelib: bool = True,
    record: Optional[str] = None,
    record_changes: Mapping[str, Optional[str]] = {},
    without: tuple[str, ...] = (),
    executables: tuple[str, ...] = (),
    links: tuple[str, ...] = (),
) -> bytes:
    """Build a wheel.

    Args:
        files: Its files; those of its metadata come on top.
        name: Its distribution, as in its file names.
        version: Its version.
        tag: Its tag.
        purelib: Whether its root is purelib.
        record: The text of RECORD, in place of the right one.
        record_changes: What RECORD says of a file, `hash,size`, in place of the truth; None leaves it out.
        without: Files to leave out of the archive, which RECORD lists all the same.
        executables: Files that may be run.
        links: Files that are links.
    """
    folder = f"{name}-{version}.dist-info"
    contents = {
        **files,
        f"{folder}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{folder}/WHEEL": (
            f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: {str(purelib).lower()}\nTag: {tag}\n"
        ).encode(),
    }
    lines = []
    for path, data in contents.items():
        line = record_changes.get(path, f"{digest(data)},{len(data)}")
        if line is not None:
            lines.append(f"{path},{line}")
    lines.append(f"{folder}/RECORD,,")
    contents[f"{folder}/RECORD"] = ("\n".join(lines) + "\n" if record is None else record).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in contents.items():
            if path.rpartition("/")[2] in without or path in without:
                continue
            info = zipfile.ZipInfo(path, _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            mode = 0o120777 if path in links else 0o100755 if path in executables else 0o100644
            info.external_attr = mode << 16
            archive.writestr(info, data)
    return out.getvalue()


def wheel_name(tag: str = "py3-none-any", name: str = "foo", version: str = "1.0") -> str:
    """Return a wheel's file name."""
    return f"{name}-{version}-{tag}.whl"


# A build backend that needs nothing but Python, so that pip builds with it offline. `BUILD` says what.
_BACKEND = """
import os, sys, zipfile

BUILD = {build!r}


def _library():
    compiler = os.environ.get("CC", "cc")
    if compiler == "/no/such/compiler":
        if not BUILD["optional"]:
            print("error: [Errno 2] No such file or directory: '/no/such/compiler'")
            sys.exit(1)
        return None
    return BUILD["library"]


def build_wheel(folder, config_settings=None, metadata_directory=None):
    library = _library() if BUILD["library"] is not None else None
    tag = BUILD["tag"] if library is not None else BUILD["pure_tag"]
    title = BUILD["name"] + "-" + BUILD["version"]
    info = title + ".dist-info/"
    files = {{
        "foo/__init__.py": b"EPOCH = " + os.environ.get("SOURCE_DATE_EPOCH", "?").encode() + b"\\n",
        info + "METADATA": BUILD["metadata"].encode(),
        info + "WHEEL": b"Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: " + tag.encode() + b"\\n",
    }}
    if library is not None:
        files["foo/_core.so"] = library
    import base64, hashlib
    lines = [
        name + ",sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        + "," + str(len(data))
        for name, data in files.items()
    ]
    files[info + "RECORD"] = "\\n".join(reversed([*lines, info + "RECORD,,"])).encode() + b"\\n"
    name = title + "-" + tag + ".whl"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return name
"""


def build_sdist(
    *,
    library: Optional[bytes] = None,
    optional: bool = False,
    tag: str = "py3-none-any",
    pure_tag: str = "py3-none-any",
    name: str = "foo",
    version: str = "1.0",
    metadata: str = "",
    backend: Optional[str] = None,
    mode: str = "gz",
) -> bytes:
    """Build an sdist of foo 1.0 that brings its own build backend.

    Args:
        library: The native library that its build "compiles"; None for a pure distribution.
        optional: Whether it builds without a compiler too, to a wheel without the library.
        tag: The tag of the wheel with the library.
        pure_tag: The tag of the wheel without.
        name: The distribution's name in the metadata.
        version: Its version there.
        metadata: More lines of the metadata.
        backend: The source of the build backend, in place of the one that works.
        mode: How the archive is compressed: `gz`, `bz2` or `xz`.
    """
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{metadata}"
    build = {
        "library": library,
        "optional": optional,
        "tag": tag,
        "pure_tag": pure_tag,
        "name": name,
        "version": version,
        "metadata": metadata,
    }
    files = {
        "PKG-INFO": metadata.encode(),
        "pyproject.toml": b'[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
        "backend.py": (backend or _BACKEND.format(build=build)).encode(),
    }
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=f"w:{mode}") as archive:  # type: ignore[call-overload]
        for path, data in files.items():
            info = tarfile.TarInfo(f"foo-1.0/{path}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()
