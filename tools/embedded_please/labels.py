"""A label names one target, or with a wildcard several."""

from __future__ import annotations

import re
from typing import NamedTuple, Optional

from tools.errors import PleasingError

# What neither a package nor a target may have in its name (Please's own rule).
_RESERVED = re.compile(r"[|$*?\[\]{}:()&\\]")
_ARCH = re.compile(r"[^_/@:]+_[^_/@:]+")


class Label(NamedTuple):
    """The absolute name of a target.

    Attributes:
        subrepo: Repository that it is in: empty for the root, else a plugin's name, a platform such as
            `linux_arm64`, or both as `plugin@linux_arm64`.
        package: Path of its package in that repository, empty for the top one.
        name: Its name; `all` and `...` are wildcards.
    """

    subrepo: str
    package: str
    name: str

    def __str__(self) -> str:
        prefix = f"///{self.subrepo}" if self.subrepo else ""
        if self.name == "...":
            return f"{prefix}//{self.package}/..." if self.package else f"{prefix}//..."
        return f"{prefix}//{self.package}:{self.name}"

    @property
    def is_wildcard(self) -> bool:
        """Whether this stands for several targets."""
        return self.name in ("all", "...")

    def parent(self) -> Label:
        """Returns the target that a hidden one such as `_app#pex` was made for; itself for any other."""
        if self.name.startswith("_") and "#" in self.name:
            return self._replace(name=self.name[: self.name.index("#")].lstrip("_"))
        return self

    def includes(self, other: Label) -> bool:
        """Whether this label, as an entry of a visibility list, covers another.

        Args:
            other: The label that wants to see something.
        """
        if self.name == "...":
            inside = other.package == self.package or other.package.startswith(self.package + "/")
            return not self.package or inside
        return other.package == self.package and self.name in ("all", other.name)


class Reference(NamedTuple):
    """What a label says as it is written, before it is read relative to a package.

    Attributes:
        subrepo: The repository, None where the label names none.
        package: The package.
        name: The target.
    """

    subrepo: Optional[str]
    package: str
    name: str


def looks_like_label(text: str) -> bool:
    """Whether an entry of `srcs` or `tools` is a label and not a file or a program.

    Args:
        text: The entry.
    """
    return text.startswith(("//", ":")) or (text.startswith("@") and (":" in text or "//" in text))


def split_annotation(text: str) -> tuple[str, str]:
    """Splits `//a:b|zip` into the label and the named output, which is empty where there is none.

    Args:
        text: The label as written.
    """
    label, _, annotation = text.partition("|")
    return label, annotation


def split_arch(subrepo: str) -> tuple[str, str]:
    """Splits `plugin@linux_arm64` into the plugin and the platform.

    Args:
        subrepo: A repository's full name.
    """
    name, at, arch = subrepo.rpartition("@")
    return (name, arch) if at else (subrepo, "")


def join_arch(name: str, arch: str) -> str:
    """Gives the full name of a repository on a platform, the inverse of `split_arch`.

    Args:
        name: The repository, empty for the root.
        arch: The platform, empty for the host.
    """
    return f"{name}@{arch}" if name and arch else name or arch


def is_arch(name: str) -> bool:
    """Whether a repository's name has the form of a platform, `<os>_<arch>`.

    Args:
        name: The name.
    """
    return _ARCH.fullmatch(name) is not None


def read(text: str, package: str) -> Reference:
    """Reads a label as it is written in a BUILD file.

    Args:
        text: The label, without an annotation.
        package: The package that `:name` is relative to.

    Raises:
        PleasingError: If it is not a label.
    """
    reference = _read(text, package)
    if reference is None:
        raise PleasingError(
            f"{text!r} is not a label: expected //package:name, :name or ///repository//package:name"
        )
    return reference


def read_absolute(text: str, package: str = "", subrepo: str = "") -> Label:
    """Reads a label of the command line or a settings file.

    Args:
        text: The label.
        package: The package that `:name` is relative to.
        subrepo: The repository of labels that name none.
    """
    reference = read(text, package)
    return Label(
        subrepo if reference.subrepo is None else reference.subrepo, reference.package, reference.name
    )


def _read(text: str, package: str) -> Optional[Reference]:
    if text.startswith(":"):
        return Reference(None, package, text[1:]) if _is_name(text[1:]) else None
    if text.startswith(("///", "@")):
        rest = text[3:] if text.startswith("///") else text[1:]
        subrepo, slashes, path = rest.partition("//")
        if slashes:
            inner = _read("//" + path, package)
            return inner and Reference(subrepo, inner.package, inner.name)
        subrepo, _, name = rest.partition(":")
        name = name or subrepo.rpartition("/")[2]
        return Reference(subrepo, "", name) if _is_name(name) else None
    if not text.startswith("//"):
        return None
    path, colon, name = text[2:].partition(":")
    if not colon:
        if path == "..." or path.endswith("/..."):
            path, name = path[:-3].rstrip("/"), "..."
        else:
            name = path.rpartition("/")[2]
    elif name == "...":
        return None
    return Reference(None, path, name) if _is_package(path) and (_is_name(name) or name == "...") else None


def _is_package(path: str) -> bool:
    return not path or (not path.startswith("/") and not path.endswith("/") and not _RESERVED.search(path))


def _is_name(name: str) -> bool:
    return bool(name) and not name.startswith(".") and "/" not in name and not _RESERVED.search(name)
