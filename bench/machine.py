"""Machine: what the numbers were measured on."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path


def description() -> list[tuple[str, str]]:
    """Return what a reader needs to know of this machine, without its name and paths."""
    model = _first("/proc/cpuinfo", r"model name\s*:\s*(.+)") or platform.machine()
    system = _first("/etc/os-release", r'PRETTY_NAME="?([^"\n]+)') or platform.system()
    return [
        ("processor", f"{model}, {_cores()}"),
        ("memory", _memory()),
        ("system", f"{system}, {_kernel()}"),
        ("Python", f"{platform.python_implementation()} {platform.python_version()}"),
    ]


def _cores() -> str:
    count = os.cpu_count() or 1
    return f"{count} core{'s' if count > 1 else ''}"


def _memory() -> str:
    size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{size / (1 << 30):.0f} GiB"


def _kernel() -> str:
    release = re.match(r"\d+\.\d+", platform.release())
    return f"{platform.system()} {release[0] if release else ''}".strip()


def _first(path: str, regex: str) -> str:
    try:
        match = re.search(regex, Path(path).read_text("utf-8"))
    except OSError:
        return ""
    return match[1].strip() if match else ""
