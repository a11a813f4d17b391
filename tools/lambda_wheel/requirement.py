"""A requirement: one version of one distribution, as a lock file pins it."""

from __future__ import annotations

import re
from typing import NamedTuple, Optional

from packaging.utils import canonicalize_name

from tools.errors import PleasingError

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_HASH = re.compile(r"sha256:[0-9a-f]{64}")
_EXTRA = _NAME


class Requirement(NamedTuple):
    """One version of one distribution.

    Attributes:
        name: The distribution's name on its index.
        version: Its version; empty where a URL alone tells.
        hashes: `sha256:<hex>` of each file that will do; none verifies nothing.
        url: Where it is, if not on an index.
        extras: Its extras that are asked for. They change nothing of the file, but a marker may ask for them.
        marker: PEP 508 marker of the platforms that it is for; None is all.
        sdist: Whether it is to be built from its sdist, without looking for a wheel.
    """

    name: str
    version: str
    hashes: tuple[str, ...] = ()
    url: Optional[str] = None
    extras: tuple[str, ...] = ()
    marker: Optional[str] = None
    sdist: bool = False

    @property
    def title(self) -> str:
        """How messages call it."""
        return f"{self.name} {self.version}".rstrip()

    @property
    def canonical_name(self) -> str:
        """Its name as PEP 503 compares it."""
        return canonicalize_name(self.name)

    @property
    def from_source(self) -> bool:
        """Whether no wheel is to be looked for."""
        return self.sdist or (self.url is not None and not _path(self.url).endswith(".whl"))

    def line(self) -> str:
        """Returns it as a line of a requirements file."""
        wanted = f"{self.name} @ {self.url}" if self.url else f"{self.name}=={self.version}"
        return " ".join([wanted, *(f"--hash={text}" for text in self.hashes)])

    def holds(self, variables: dict[str, str]) -> bool:
        """Returns whether the marker holds.

        Args:
            variables: PEP 508's environment markers, less `extra`.

        Raises:
            PleasingError: The marker cannot be read.
        """
        if self.marker is None:
            return True
        from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName

        try:
            marker = Marker(self.marker)
            return any(marker.evaluate({**variables, "extra": extra}) for extra in (*self.extras, ""))
        except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName) as error:
            raise PleasingError(
                f"the marker {self.marker!r} of {self.title} cannot be read: {str(error).splitlines()[0]}"
            ) from error


def check_requirement(requirement: Requirement) -> None:
    """Checks what a rule or a command line gave, before any of it gets into pip's command line.

    Args:
        requirement: The requirement.

    Raises:
        PleasingError: Something is malformed; all of it at once.
    """
    from packaging.version import InvalidVersion, Version

    problems = []
    if not _NAME.fullmatch(requirement.name):
        problems.append(f"{requirement.name!r} is not a distribution's name, such as zope.interface")
    for extra in requirement.extras:
        if not _EXTRA.fullmatch(extra):
            problems.append(f"{extra!r} is not an extra's name")
    if requirement.version or not requirement.url:
        try:
            Version(requirement.version)
        except InvalidVersion:
            problems.append(
                f"{requirement.version!r} is not one version, such as 1.2.3, of {requirement.name}"
            )
    for text in requirement.hashes:
        if not _HASH.fullmatch(text):
            problems.append(f"{text!r} is not a hash; expected sha256: and 64 digits of hex, in lower case")
    if requirement.url and re.search(r"\s", requirement.url):
        problems.append(f"{requirement.url!r} is not a URL: it has white space")
    if problems:
        raise PleasingError(problems)


def _path(url: str) -> str:
    return url.partition("#")[0].partition("?")[0]
