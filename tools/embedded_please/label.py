"""A label names one target, or with a wildcard several."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from tools.errors import PleasingError

_LABEL = re.compile(
    r"(?:(?:///|@)(?P<subrepo>[^/:]*)(?=//|:|$))?(?://(?P<package>[^:|]*))?(?::(?P<name>[^:|/]+))?"
)
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "i386": "x86", "i686": "x86"}
_MACHINE = os.uname().machine.lower()

# The platform that this runs on, by Please's names, such as linux_amd64.
HOST = f"{os.uname().sysname.lower()}_{_MACHINES.get(_MACHINE, _MACHINE)}"


class Label(NamedTuple):
    """The absolute name of a target, or of several (`all`, `...`); a subrepo is `plugin@platform`, or one of them."""

    subrepo: str
    package: str
    name: str

    def __str__(self) -> str:
        return f"{self.subrepo and '///'}{self.subrepo}//{self.package}:{self.name}"


def is_label(text: str) -> bool:
    """Return whether a source or a tool is a label, and not a file or a program."""
    return text.startswith(("//", ":")) or (text.startswith("@") and (":" in text or "//" in text))


def parse(text: str, package: str = "", plugin: str = "", arch: str = "") -> Label:
    """Read a label, without an annotation, as it is written in a package of a plugin for a platform."""
    match = _LABEL.fullmatch(text)
    if not text or not match:
        raise PleasingError(f"{text!r} is not a label, such as //package:name or ///plugin//package:name")
    if match["subrepo"] is not None:
        plugin, named = split_subrepo(match["subrepo"])
        arch = "" if named == HOST else named or arch
    if match["package"] is not None:
        package = match["package"].strip("/")
    name = match["name"] or package.rpartition("/")[2] or plugin
    if name == "...":
        package = package[:-3].rstrip("/")
    return Label(join_subrepo(plugin, arch), package, name)


def split_subrepo(subrepo: str) -> tuple[str, str]:
    """Return plugin and platform of a subrepo; a name with one underscore is a platform's, as to Please."""
    plugin, _, arch = subrepo.rpartition("@")
    return (plugin, arch) if plugin or re.fullmatch(r"[^_]+_[^_]+", arch) else (arch, "")


def join_subrepo(plugin: str, arch: str) -> str:
    """Return the name of a plugin's subrepo on a platform, each of which may be empty."""
    return f"{plugin}@{arch}" if plugin and arch else plugin or arch
