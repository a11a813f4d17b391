"""Tests of pleasew: a release from a local server, whole, damaged, broken off and missing."""

from __future__ import annotations

import hashlib
import io
import os
import platform
import shutil
import socket
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Optional

import pytest

from tools.plzconfig import PlzConfig

_ROOT = Path(__file__).resolve().parent.parent.parent
_PLEASEW = _ROOT / "pleasew"
_VERSION = "17.31.2"
_NOT_PLZ = (
    *("awk", "bash", "cat", "chmod", "cut", "curl", "dirname", "find", "mkdir", "mktemp", "mv", "rm", "sed"),
    *("sha256sum", "shasum", "sh", "tar", "uname", "xz"),
)
_NO_RELEASE = f"pleasew: Please {_VERSION} cannot be reached; building with the embedded engine"


class Server:
    """Serves releases by their paths, and keeps a list of what was asked for."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.half: set[str] = set()
        self.asked: list[str] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append(self.path)
                content = server.files.get(self.path)
                if content is None:
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content[: len(content) // 2] if self.path in server.half else content)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the base class
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    opened = Server()
    yield opened
    opened.close()


class Machine:
    """A repository, a home and a PATH without plz.

    Args:
        folder: Where all of it is.
        url: Where releases are served.
    """

    def __init__(self, folder: Path, url: str) -> None:
        self.bin = folder / "bin"
        self.repository = folder / "repository"
        self.cache = folder / "cache" / "pleasing" / "please"
        self.repository.mkdir()
        self.bin.mkdir()
        for name in _NOT_PLZ:
            found = shutil.which(name)
            if found:
                (self.bin / name).symlink_to(found)
        (self.bin / "python3").symlink_to(getattr(sys, "_base_executable", sys.executable))
        self.settings = f"[Please]\nVersion = >={_VERSION}\nDownloadLocation = {url}\n"
        self.write(".plzconfig", self.settings)
        self.write("BUILD", 'text_file(name = "hello", content = "hello", out = "hello.txt")\n')

    def write(self, name: str, content: str) -> None:
        (self.repository / name).write_text(content)

    def program(self, path: Path, content: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n" + content)
        path.chmod(0o755)

    def run(
        self, *arguments: str, folder: Optional[Path] = None, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(_PLEASEW), *arguments],
            cwd=folder or self.repository,
            env={
                "PATH": str(self.bin),
                "HOME": str(self.repository.parent / "home"),
                "XDG_CACHE_HOME": str(self.cache.parent.parent),
                **variables,
            },
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )


@pytest.fixture
def machine(tmp_path: Path, server: Server) -> Machine:
    return Machine(tmp_path, server.url)


def _release(script: str = 'echo "released $*"') -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:xz") as archive:
        data = f"#!/bin/sh\n{script}\n".encode()
        info = tarfile.TarInfo("please/please")
        info.size, info.mode = len(data), 0o755
        archive.addfile(info, io.BytesIO(data))
    return content.getvalue()


def _path() -> str:
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    return f"/{platform.system().lower()}_{machine}/{_VERSION}/please_{_VERSION}.tar.xz"


def _publish(server: Server, release: bytes) -> str:
    """Serve a release and its checksum, in the form that Please's releases have; return the path."""
    path = _path()
    server.files[path] = release
    server.files[path + ".sha256"] = f"{hashlib.sha256(release).hexdigest()}  {path[1:]}\n".encode()
    return path


def test_plz_on_path_is_run(machine: Machine, server: Server) -> None:
    machine.program(machine.bin / "plz", 'echo "from the path: $*"')
    done = machine.run("build", "//a b:c")
    assert (done.returncode, done.stdout, done.stderr) == (0, "from the path: build //a b:c\n", "")
    assert server.asked == []


def test_release_is_downloaded_once(machine: Machine, server: Server) -> None:
    path = _publish(server, _release())
    first = machine.run("build", "//:hello")
    assert (first.returncode, first.stdout) == (0, "released build //:hello\n")
    assert first.stderr == f"pleasew: downloading Please {_VERSION} from {server.url}\n"
    second = machine.run("query", "alltargets")
    assert (second.returncode, second.stdout, second.stderr) == (0, "released query alltargets\n", "")
    assert server.asked == [path + ".sha256", path]
    assert os.listdir(machine.cache) == [_VERSION]


def test_status_of_the_release_is_passed_on(machine: Machine, server: Server) -> None:
    _publish(server, _release("exit 7"))
    assert machine.run("build").returncode == 7


def test_damaged_release_is_refused(machine: Machine, server: Server) -> None:
    path = _publish(server, _release())
    expected = hashlib.sha256(server.files[path]).hexdigest()
    damaged = _release("echo evil")
    server.files[path] = damaged
    done = machine.run("build")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == (
        f"pleasew: {server.url}{path} is damaged: its SHA-256 is {hashlib.sha256(damaged).hexdigest()}, "
        f"expected {expected}; nothing of it was kept"
    )
    assert os.listdir(machine.cache) == []


def test_release_that_is_no_archive_is_refused(machine: Machine, server: Server) -> None:
    path = _publish(server, b"not an archive")
    done = machine.run("build")
    assert (done.returncode, done.stdout) == (1, "")
    problem = "is what was published, and cannot be unpacked or has no program please in it"
    assert done.stderr.splitlines()[-1] == f"pleasew: {server.url}{path} {problem}"
    assert os.listdir(machine.cache) == []


def test_download_that_breaks_off_leaves_nothing(machine: Machine, server: Server) -> None:
    path = _publish(server, _release())
    server.half.add(path)
    done = machine.run("build")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == (
        f"pleasew: the download of {server.url}{path} broke off; nothing of it was kept. Try again"
    )
    assert os.listdir(machine.cache) == []
    server.half.clear()
    assert machine.run("build").stdout == "released build\n"


def test_missing_release_falls_back(machine: Machine, server: Server) -> None:
    done = machine.run("build", "//:hello")
    assert (done.returncode, done.stdout) == (0, "plz-out/gen/hello.txt\n"), done.stderr
    assert done.stderr.splitlines()[0] == _NO_RELEASE
    assert (machine.repository / "plz-out/gen/hello.txt").read_text() == "hello"
    assert server.asked == [_path() + ".sha256"]


def test_missing_release_is_not_asked_for_again_for_a_while(machine: Machine, server: Server) -> None:
    machine.run("build", "//:hello")
    again = machine.run("build", "//:hello")
    assert (again.returncode, again.stdout) == (0, "plz-out/gen/hello.txt\n")
    assert _NO_RELEASE not in again.stderr
    assert len(server.asked) == 1


def test_unreachable_server_falls_back(machine: Machine) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    machine.write(".plzconfig", machine.settings + f"DownloadLocation = http://127.0.0.1:{port}\n")
    done = machine.run("build", "//:hello")
    assert (done.returncode, done.stdout) == (0, "plz-out/gen/hello.txt\n")
    assert done.stderr.splitlines()[0] == _NO_RELEASE


def test_python_downloads_where_there_is_no_other_tool(machine: Machine, server: Server) -> None:
    (machine.bin / "curl").unlink(missing_ok=True)
    (machine.bin / "xz").unlink(missing_ok=True)
    _publish(server, _release())
    done = machine.run("build")
    assert (done.returncode, done.stdout) == (0, "released build\n"), done.stderr


def test_a_download_by_python_that_breaks_off_is_no_damaged_release(machine: Machine, server: Server) -> None:
    (machine.bin / "curl").unlink(missing_ok=True)
    path = _publish(server, _release())
    server.half.add(path)
    done = machine.run("build")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == (
        f"pleasew: the download of {server.url}{path} broke off; nothing of it was kept. Try again"
    )
    assert os.listdir(machine.cache) == []


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("[Please]\nVersion = 1.2.3\n", ""),
        ("[please]\nversion=1.2.3 ; the newest\n", ""),
        ('[Please]\n  Version = "1.2.3"  # quoted\n', ""),
        ("; Version = 9\n[Please] ; theirs\nVersion = 9\nVersion = 1.2.3\n[Build]\nVersion = 9\n", ""),
        ("[Please]\nVersion = 9\nSelfUpdate = false\n", "[Please]\nVersion = 1.2.3\n"),
        ('[Plugin "please"]\nVersion = 9\n[Please]\nVersion = 1.2.3\nVersions = 9\n', "[Please]\n# none\n"),
    ],
)
def test_settings_are_read_as_by_the_other_tools(
    machine: Machine, server: Server, text: str, local: str
) -> None:
    machine.write(".plzconfig", text + f"[Please]\nDownloadLocation = {server.url}\n")
    machine.write(".plzconfig.local", local)
    files = [machine.repository / name for name in (".plzconfig", ".plzconfig.local")]
    assert PlzConfig(*files).value("Please", "Version") == "1.2.3"
    machine.run("build")
    assert server.asked == [_path().replace(_VERSION, "1.2.3") + ".sha256"]


def test_settings_of_other_sections_are_not_taken(machine: Machine, server: Server) -> None:
    machine.write(".plzconfig", machine.settings + '[Plugin "x"]\nVersion = 99\n; Version = 98\n')
    _publish(server, _release())
    assert machine.run("build").stdout == "released build\n"


def test_no_version_is_an_error(machine: Machine) -> None:
    machine.write(".plzconfig", "[Please]\nSelfUpdate = false\n")
    done = machine.run("build")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"pleasew: {machine.repository}/.plzconfig names no release: set [Please] Version\n"


def test_embedded_engine_on_request(machine: Machine, server: Server) -> None:
    machine.program(machine.bin / "plz", "exit 1")
    done = machine.run("build", "//:hello", PLEASEW_ENGINE="embedded")
    assert (done.returncode, done.stdout) == (0, "plz-out/gen/hello.txt\n")
    assert server.asked == []


def test_folder_below_the_root(machine: Machine) -> None:
    below = machine.repository / "some" / "folder"
    below.mkdir(parents=True)
    done = machine.run("build", "//:hello", folder=below, PLEASEW_ENGINE="embedded")
    assert (done.returncode, done.stdout) == (0, "plz-out/gen/hello.txt\n")


def test_no_python(machine: Machine) -> None:
    done = machine.run("build", PLEASEW_ENGINE="embedded", PLEASEW_PYTHON="/no/python")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "pleasew: no Python 3.9 or newer found as /no/python; install one, or name it in PLEASEW_PYTHON\n"
    )


def test_python_that_is_too_old_is_passed_over(machine: Machine) -> None:
    # As an old one, it runs and says nothing of itself; as pyenv's stand-ins for versions that are not there.
    real = Path(machine.bin / "python3").resolve()
    (machine.bin / "python3").unlink()
    machine.program(machine.bin / "python3", "exit 0")
    machine.program(machine.bin / "python3.14", "exit 127")
    (machine.bin / "python3.13").symlink_to(real)
    done = machine.run("build", "//:hello", PLEASEW_ENGINE="embedded")
    assert (done.returncode, done.stdout) == (0, "plz-out/gen/hello.txt\n")
