"""Namespaces: what Linux lets a process without privileges take for itself, by the system calls as they are.

`os.unshare` came with Python 3.12 and `mount` never did, so they are called through ctypes. Numbers: `sched.h`,
`sys/mount.h`, `linux/mount.h` and `linux/prctl.h`.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import platform
import signal
import socket
import struct

NEW_USER = 0x10000000
NEW_MOUNTS = 0x00020000
NEW_PIDS = 0x20000000
NEW_NETWORK = 0x40000000
NEW_IPC = 0x08000000

_READ_ONLY, _NO_SETUID, _NO_DEVICES, _NO_EXEC = 1, 2, 4, 8
_REMOUNT, _BIND, _RECURSIVE, _PRIVATE = 32, 4096, 16384, 1 << 18
_NO_ACCESS_TIME, _RELATIVE_TIME, _NO_FOLDER_TIME = 1024, 1 << 21, 2048
_DETACH = 2
_AT_RECURSIVE, _AT_FDCWD = 0x8000, -100
_PARENT_DEATH, _SUBREAPER = 1, 36
_IFF_UP, _GET_FLAGS, _SET_FLAGS = 1, 0x8913, 0x8914

_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_MOUNT_SETATTR = 442

# As Lambda's own user is called there.
_UID, _GID = 993, 990

# How /proc/self/mountinfo spells the flags of a mount, which a remount must repeat.
_FLAGS = {
    "ro": _READ_ONLY,
    "nosuid": _NO_SETUID,
    "nodev": _NO_DEVICES,
    "noexec": _NO_EXEC,
    "noatime": _NO_ACCESS_TIME,
    "nodiratime": _NO_FOLDER_TIME,
    "relatime": _RELATIVE_TIME,
}

_libc = ctypes.CDLL(None, use_errno=True)


def unshare(flags: int) -> None:
    """Leave namespaces of the parent for new ones, as a user of one's own.

    Args:
        flags: The namespaces, `NEW_USER` among them.

    Raises:
        OSError: The system does not allow it.
    """
    uid, gid = os.getuid(), os.getgid()
    _check(_libc.unshare(flags), "unshare")
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{_UID} {uid} 1")
    _write("/proc/self/gid_map", f"{_GID} {gid} 1")


def bring_up_loopback() -> None:
    """Make 127.0.0.1 work in a new network namespace."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(any_socket, _GET_FLAGS, request))[1]
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sH14x", b"lo", flags | _IFF_UP))


def mount(kind: str, target: str, options: str = "") -> None:
    """Mount a file system of a kind that needs no device.

    Args:
        kind: Such as `tmpfs`.
        target: Folder to mount it on.
        options: The kind's own.
    """
    _mount(kind, target, kind, _NO_SETUID | _NO_DEVICES, options)


def bind(source: str, target: str) -> None:
    """Show a file or a folder at another path, with what is mounted below it.

    Args:
        source: What to show.
        target: Where: a file for a file, a folder for a folder.
    """
    _mount(source, target, "", _BIND | _RECURSIVE, "")


def keep_mounts_private() -> None:
    """Keep what is mounted from here on from all other namespaces."""
    _mount("none", "/", "", _RECURSIVE | _PRIVATE, "")


def change_root(new: str, old: str) -> None:
    """Make a mount the root.

    Args:
        new: Where it is mounted.
        old: Folder below it where the old root is to be seen.
    """
    number = _PIVOT_ROOT[platform.machine()]
    _check(_libc.syscall(number, os.fsencode(new), os.fsencode(old)), "pivot_root")
    os.chdir("/")


def unmount(target: str) -> None:
    """Take a mount away, whatever is open on it."""
    _check(_libc.umount2(os.fsencode(target), _DETACH), "umount2")


def make_read_only() -> None:
    """Make the root and all that is mounted below it read-only."""
    attributes = struct.pack("QQQQ", _READ_ONLY, 0, 0, 0)
    done = _libc.syscall(
        _MOUNT_SETATTR, _AT_FDCWD, b"/", _AT_RECURSIVE, attributes, ctypes.c_size_t(len(attributes))
    )
    if done == 0:
        return
    # Before Linux 5.12: mount by mount, each with the flags that it has.
    with open("/proc/self/mountinfo") as lines:
        mounts = [line.split() for line in lines]
    for fields in mounts:
        target = fields[4].encode().decode("unicode_escape")
        flags = sum(_FLAGS.get(name, 0) for name in fields[5].split(","))
        _mount("none", target, "", _REMOUNT | _BIND | _READ_ONLY | (flags & ~_READ_ONLY), "")


def die_with_parent() -> None:
    """Ask the system to kill this process once its parent is gone."""
    _libc.prctl(_PARENT_DEATH, signal.SIGKILL, 0, 0, 0)


def adopt_orphans() -> None:
    """Become the parent of whatever the processes below this one leave behind."""
    _libc.prctl(_SUBREAPER, 1, 0, 0, 0)


def _mount(source: str, target: str, kind: str, flags: int, options: str) -> None:
    texts = [os.fsencode(text) for text in (source, target, kind, options)]
    done = _libc.mount(texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3])
    _check(done, f"mount {target}")


def _check(done: int, what: str) -> None:
    if done != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _write(path: str, text: str) -> None:
    with open(path, "w") as stream:
        stream.write(text)
