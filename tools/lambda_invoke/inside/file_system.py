"""File system: what the function sees, as Lambda lays it out, and nothing else of this machine."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import zipfile
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tools.lambda_invoke.inside import namespaces

# What any program needs of the system. The rest of /etc is the host's own business.
_SYSTEM = ("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32")
_STORES = ("nix/store", "gnu/store", "opt/homebrew")
_ETC = (
    "alternatives",
    "ca-certificates",
    "ca-certificates.conf",
    "crypto-policies",
    "hosts",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "localtime",
    "mime.types",
    "nsswitch.conf",
    "pki",
    "protocols",
    "resolv.conf",
    "services",
    "ssl",
)
# Lambda has no /dev/shm, so that what needs one fails there.
_DEVICES = ("null", "zero", "full", "random", "urandom")
_HOST = "/.host"
_USER = "sbx_user1051:x:993:990::/home/sbx_user1051:/sbin/nologin\n"
_FILE, _FOLDER = 0o644, 0o755


class Folders(NamedTuple):
    """Where the function finds what is its.

    Attributes:
        task: The zip's contents.
        layers: Those of its layers.
        runtime: The runtime interface client.
        tmp: The one folder that it can write to.
        interpreter: Where the interpreter was installed to.
    """

    task: str
    layers: str
    runtime: str
    tmp: str
    interpreter: str


IN_LAMBDA = Folders("/var/task", "/opt", "/var/runtime", "/tmp", "/var/lang")  # noqa: S108


class Contents(NamedTuple):
    """What to lay out.

    Attributes:
        task: The function's zip.
        layers: Zips, the first one first.
        runtime: Zips with packages.
        runtime_prefix: Folder in those that the packages are below.
        texts: Names below the runtime's folder -> contents.
        interpreter: Folders that the interpreter needs; the first is its prefix.
        tmp: MB of the folder that can be written to.
    """

    task: str
    layers: Sequence[str]
    runtime: Sequence[str]
    runtime_prefix: str
    texts: Mapping[str, str]
    interpreter: Sequence[str]
    tmp: int


def build_root(contents: Contents, own_processes: bool) -> Folders:
    """Make the root of a mount namespace what a function sees, and read-only but for its `/tmp`.

    Args:
        contents: What to lay out.
        own_processes: Whether this process has a namespace of its own for process ids.

    Raises:
        OSError: The system does not allow it.
    """
    namespaces.keep_mounts_private()
    # Mounted on some folder; once it is the root, what that folder had is seen again below the old one.
    namespaces.mount("tmpfs", "/tmp", "mode=755")  # noqa: S108
    os.mkdir("/tmp" + _HOST)  # noqa: S108
    namespaces.change_root("/tmp", "/tmp" + _HOST)  # noqa: S108
    for name in (*_SYSTEM, *_STORES, *(f"etc/{name}" for name in _ETC)):
        _show(f"{_HOST}/{name}", f"/{name}")
    for folder in contents.interpreter:
        if not folder.startswith("/usr/") and folder not in ("/", "/usr"):
            _show(_HOST + folder, folder)
    _show(_HOST + contents.interpreter[0], IN_LAMBDA.interpreter)
    for name in _DEVICES:
        _show(f"{_HOST}/dev/{name}", f"/dev/{name}")
    os.makedirs("/etc", exist_ok=True)
    for name, text in (("passwd", _USER), ("group", "sbx_user1051:x:990:\n")):
        with open(f"/etc/{name}", "w") as stream:
            stream.write(text)
    _lay_out(contents, IN_LAMBDA, _HOST)
    for folder in ("/proc", IN_LAMBDA.tmp):
        os.makedirs(folder, exist_ok=True)
    if own_processes:
        # While the old root's is still there: the system shows a new one only to who sees one already.
        namespaces.mount("proc", "/proc")
    else:
        namespaces.bind(f"{_HOST}/proc", "/proc")
    _hide_packages(contents.interpreter)
    namespaces.unmount(_HOST)
    os.rmdir(_HOST)
    namespaces.make_read_only()
    namespaces.mount("tmpfs", IN_LAMBDA.tmp, f"mode=1777,size={contents.tmp}m")
    return IN_LAMBDA


def build_folders(contents: Contents, root: str) -> Folders:
    """Lay out the same below a folder, where there are no namespaces. Its files are read-only by their modes.

    Args:
        contents: What to lay out.
        root: An empty folder.
    """
    task, layers, runtime, tmp = (os.path.join(root, name) for name in ("task", "opt", "runtime", "tmp"))
    folders = Folders(task, layers, runtime, tmp, contents.interpreter[0])
    os.mkdir(folders.tmp)
    _lay_out(contents, folders, "")
    for folder in (folders.task, folders.layers):
        for place, _, files in os.walk(folder):
            for name in files:
                path = os.path.join(place, name)
                os.chmod(path, stat.S_IMODE(os.stat(path).st_mode) & ~0o222)
            os.chmod(place, 0o555)  # noqa: S103 - readable for all, as in Lambda
    return folders


def remove_folders(root: str) -> None:
    """Remove what `build_folders` has made."""
    for place, _, _ in os.walk(root):
        os.chmod(place, 0o700)
    shutil.rmtree(root, ignore_errors=True)


def _lay_out(contents: Contents, folders: Folders, host: str) -> None:
    for folder in (folders.task, folders.layers, folders.runtime):
        os.makedirs(folder, exist_ok=True)
    unpack(host + contents.task, folders.task)
    for layer in contents.layers:
        unpack(host + layer, folders.layers)
    for part in contents.runtime:
        unpack(host + part, folders.runtime, contents.runtime_prefix)
    for name, text in contents.texts.items():
        path = os.path.join(folders.runtime, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(text)


def unpack(archive: str, folder: str, prefix: str = "") -> None:
    """Unpack a zip as Lambda does: the modes that it says, readable for all.

    Args:
        archive: The zip.
        folder: Where to.
        prefix: Folder in the zip whose contents are unpacked, where it has that.
    """
    made = {folder}
    with zipfile.ZipFile(archive) as opened:
        members = opened.infolist()
        start = prefix + "/" if any(member.filename.startswith(prefix + "/") for member in members) else ""
        for member in members:
            parts = member.filename[len(start) :].split("/")
            if not member.filename.startswith(start) or ".." in parts or not parts[0]:
                continue
            path = os.path.join(folder, *parts)
            parent = path.rpartition("/")[0]
            if parent not in made:
                os.makedirs(parent, _FOLDER, exist_ok=True)
                made.add(parent)
            if not parts[-1]:
                continue
            # A descriptor of its own and one read: `extract` asks the system five times as much.
            executable = member.external_attr >> 16 & 0o111
            mode = _FOLDER if executable else _FILE
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(opened.read(member))


def _show(source: str, target: str) -> None:
    """Show what is at a path of the host, if anything is: a link as a link."""
    if os.path.lexists(target):
        return
    if os.path.islink(source):
        # Links of the system lead to elsewhere in it, mostly; what they lead to in /etc is shown in their place.
        if not target.startswith("/etc/"):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            os.symlink(os.readlink(source), target)
            return
        source = _resolved(source)
    if not os.path.exists(source):
        return
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.isdir(source):
        os.makedirs(target)
    else:
        with open(target, "w"):
            pass
    namespaces.bind(source, target)


def _resolved(link: str) -> str:
    """Return what a link of the host leads to, as it is seen below the old root."""
    seen = link
    for _ in range(40):
        if not os.path.islink(seen):
            break
        goal = os.readlink(seen)
        seen = (
            _HOST + goal
            if goal.startswith("/")
            else os.path.normpath(os.path.join(os.path.dirname(seen), goal))
        )
    return seen


def _hide_packages(folders: Sequence[str]) -> None:
    """Cover what is installed for the interpreter: a program that the function starts must not see it either."""
    for prefix in (*folders, IN_LAMBDA.interpreter):
        for lib in ("lib", "local/lib", "lib64"):
            with contextlib.suppress(OSError), os.scandir(os.path.join(prefix, lib)) as entries:
                for entry in entries:
                    for packages in ("site-packages", "dist-packages"):
                        path = os.path.join(entry.path, packages)
                        if entry.name.startswith("python3") and os.path.isdir(path):
                            namespaces.mount("tmpfs", path, "mode=755,size=4k")
