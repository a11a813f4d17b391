# ruff: noqa: PT012 - what is raised comes out of a with statement
from __future__ import annotations

import errno
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tools.archive import output
from tools.archive.output import Outputs, write_all
from tools.errors import PleasingError

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="files without a name are Linux's")


@pytest.fixture(params=["nameless", "named"])
def system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file system with files that have no name, and one without."""
    if request.param == "nameless" and sys.platform != "linux":
        pytest.skip("files without a name are Linux's")
    if request.param == "named":
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    return str(request.param)


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_files_appear_together_and_whole(tmp_path: Path, system: str) -> None:
    with Outputs() as outputs:
        one, two = outputs.open(tmp_path / "one"), outputs.open(tmp_path / "two")
        write_all(one, b"1")
        write_all(two, b"2")
        assert not (tmp_path / "one").exists()
        outputs.commit()
    assert {name: (tmp_path / name).read_bytes() for name in names(tmp_path)} == {"one": b"1", "two": b"2"}
    assert {(tmp_path / name).stat().st_mode & 0o777 for name in names(tmp_path)} == {0o644}


def test_what_had_the_name_stays_until_then(tmp_path: Path, system: str) -> None:
    (tmp_path / "one").write_bytes(b"old")
    with Outputs() as outputs:
        write_all(outputs.open(tmp_path / "one"), b"new")
        assert (tmp_path / "one").read_bytes() == b"old"
        outputs.commit()
    assert (tmp_path / "one").read_bytes() == b"new"
    assert names(tmp_path) == ["one"]


@pytest.mark.parametrize("error", [PleasingError("bad"), KeyboardInterrupt(), SystemExit(143), MemoryError()])
def test_on_any_failure_nothing_is_left(tmp_path: Path, system: str, error: BaseException) -> None:
    (tmp_path / "one").write_bytes(b"old")
    with pytest.raises(type(error)), Outputs() as outputs:
        write_all(outputs.open(tmp_path / "one"), b"new")
        outputs.open(tmp_path / "two")
        raise error
    assert names(tmp_path) == []


def test_without_commit_nothing_comes_to_be(tmp_path: Path, system: str) -> None:
    with Outputs() as outputs:
        outputs.open(tmp_path / "one")
    assert names(tmp_path) == []


def test_a_link_is_replaced_and_not_followed(tmp_path: Path, system: str) -> None:
    (tmp_path / "real").write_bytes(b"real")
    os.symlink("real", tmp_path / "one")
    os.symlink("nowhere", tmp_path / "two")
    with Outputs() as outputs:
        outputs.open(tmp_path / "one")
        outputs.open(tmp_path / "two")
        outputs.commit()
    assert (tmp_path / "real").read_bytes() == b"real"
    assert not (tmp_path / "one").is_symlink()
    assert names(tmp_path) == ["one", "real", "two"]


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.symlink("folder", tmp_path / "link")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_bytes(b"")
    for place, problem in (
        ("folder", "it is a folder; name a file"),
        ("link", "it is a folder; name a file"),
        ("pipe", "it is a device or a pipe; name a file"),
        ("none/app.zip", f"there is no folder {tmp_path}/none; make it first"),
        ("file/app.zip", f"there is no folder {tmp_path}/file; make it first"),
    ):
        with pytest.raises(PleasingError) as caught, Outputs() as outputs:
            outputs.open(tmp_path / place)
        assert str(caught.value) == f"cannot write {tmp_path}/{place}: {problem}"
    assert names(tmp_path) == ["file", "folder", "link", "pipe"]


def test_a_device_is_not_replaced() -> None:
    with (
        pytest.raises(
            PleasingError, match=r"^cannot write /dev/null: it is a device or a pipe; name a file$"
        ),
        Outputs() as it,
    ):
        it.open(Path("/dev/null"))
    assert Path("/dev/null").is_char_device()


def test_two_outputs_of_one_name(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(PleasingError) as caught, Outputs() as outputs:
        outputs.open(tmp_path / "one")
        outputs.open(tmp_path / "folder" / ".." / "one")
    assert str(caught.value) == (
        f"cannot write {tmp_path}/folder/../one: another output has that name; give each its own"
    )


def test_a_folder_that_cannot_be_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: Any, **options: Any) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(output, "_open_beside", fail)
    with pytest.raises(PleasingError) as caught, Outputs() as outputs:
        outputs.open(tmp_path / "one")
    assert str(caught.value) == f"cannot write {tmp_path}/one: Permission denied"


@LINUX
@pytest.mark.parametrize("number", [errno.EOPNOTSUPP, errno.EINVAL, errno.EISDIR])
def test_a_file_system_without_nameless_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    real = os.open

    def refuse(path: Any, flags: int, *more: Any, **options: Any) -> int:
        if flags & os.O_TMPFILE == os.O_TMPFILE:
            raise OSError(number, os.strerror(number))
        return real(path, flags, *more, **options)

    monkeypatch.setattr(os, "open", refuse)
    with Outputs() as outputs:
        outputs.open(tmp_path / "one")
        assert names(tmp_path)[0].startswith(".one.")
        outputs.commit()
    assert names(tmp_path) == ["one"]


@LINUX
def test_other_errors_of_the_file_system_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: Any, **options: Any) -> int:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(PleasingError) as caught, Outputs() as outputs:
        outputs.open(tmp_path / "one")
    assert str(caught.value) == f"cannot write {tmp_path}/one: Read-only file system"


@LINUX
def test_somebody_else_makes_the_file_at_the_same_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = os.link, []

    def race(*arguments: Any, **options: Any) -> None:
        calls.append(arguments)
        if len(calls) == 1:
            (tmp_path / "one").write_bytes(b"theirs")
        real(*arguments, **options)

    monkeypatch.setattr(os, "link", race)
    with Outputs() as outputs:
        write_all(outputs.open(tmp_path / "one"), b"ours")
        outputs.commit()
    assert (tmp_path / "one").read_bytes() == b"ours"
    assert len(calls) == 2


@LINUX
def test_somebody_else_makes_the_file_all_the_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def race(*arguments: Any, **options: Any) -> None:
        raise FileExistsError(errno.EEXIST, "File exists")

    monkeypatch.setattr(os, "link", race)
    with pytest.raises(PleasingError) as caught, Outputs() as outputs:
        outputs.open(tmp_path / "one")
        outputs.commit()
    assert (
        str(caught.value)
        == f"cannot write {tmp_path}/one: somebody else makes files of that name all the time"
    )


@pytest.mark.parametrize("function", ["fchmod", "unlink", "rename"])
def test_a_commit_that_fails_leaves_nothing(
    tmp_path: Path, system: str, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    def fail(*arguments: Any, **options: Any) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with pytest.raises(PleasingError) as caught, Outputs() as outputs:
        outputs.open(tmp_path / "one")
        outputs.open(tmp_path / "two")
        with monkeypatch.context() as patched:
            if function == "fchmod":
                patched.setattr(os, "fchmod", fail)
            elif function == "unlink":
                patched.setattr(
                    output, "_unlink_old", lambda path: (_ for _ in ()).throw(PleasingError("cannot unlink"))
                )
            else:
                patched.setattr(os, "link" if system == "nameless" else "replace", fail)
            outputs.commit()
    assert str(caught.value) in (f"cannot write {tmp_path}/one: Input/output error", "cannot unlink")
    assert names(tmp_path) == []


def test_an_old_file_that_cannot_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: Any, **options: Any) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    with pytest.raises(PleasingError) as caught, Outputs() as outputs:
        outputs.open(tmp_path / "one")
        monkeypatch.setattr(Path, "unlink", fail)
        outputs.commit()
    monkeypatch.undo()
    assert str(caught.value) == f"cannot write {tmp_path}/one: Operation not permitted"


def test_a_signal_ends_the_run_and_leaves_nothing(tmp_path: Path, system: str) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as caught, Outputs() as outputs:
        outputs.open(tmp_path / "one")
        os.kill(os.getpid(), signal.SIGTERM)
        while True:
            signal.pause()
    assert caught.value.code == 143
    assert names(tmp_path) == []
    assert signal.getsignal(signal.SIGTERM) == before


def test_in_another_thread_signals_are_left_alone(tmp_path: Path) -> None:
    import threading

    def work() -> None:
        with Outputs() as outputs:
            outputs.open(tmp_path / "one")
            outputs.commit()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert names(tmp_path) == ["one"]


def test_a_file_that_cannot_grow_is_told() -> None:
    class Full:
        def write(self, data: bytes) -> int:
            raise OSError(errno.EFBIG, "File too large")

    with pytest.raises(PleasingError) as caught:
        write_all(Full(), b"x")  # type: ignore[arg-type]
    assert str(caught.value) == "cannot write the output: File too large; nothing was left"
    with tempfile.TemporaryFile() as file:
        write_all(file, b"")
        assert file.tell() == 0
