"""A requirement: one version of one distribution, as a lock file pins it."""

from __future__ import annotations

from typing import NamedTuple, Optional

from packaging.utils import canonicalize_name

from tools.errors import PleasingError
from tools.requirement.checks import problems


class Requirement(NamedTuple):
    """One version of one distribution.

    Attributes:
        name: The distribution's name on its index.
        version: Its version; empty where a URL alone tells.
        hashes: `sha256:<hex>` of each file that may be taken; without any, nothing is verified.
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
        """Return it as a line of a requirements file."""
        wanted = f"{self.name} @ {self.url}" if self.url else f"{self.name}=={self.version}"
        return " ".join([wanted, *(f"--hash={text}" for text in self.hashes)])

    def holds(self, variables: dict[str, str]) -> bool:
        """Return whether the marker holds.

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
    """Check what a rule or a command line gave, before any of it gets into pip's command line.

    Args:
        requirement: The requirement.

    Raises:
        PleasingError: Something is malformed; all of it at once.
    """
    found = problems(
        requirement.name,
        requirement.version,
        hashes=requirement.hashes,
        url=requirement.url,
        extras=requirement.extras,
        marker=requirement.marker,
    )
    if found:
        raise PleasingError(found)


def _path(url: str) -> str:
    return url.partition("#")[0].partition("?")[0]
