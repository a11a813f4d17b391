"""Distributions: those that a function's rule takes out whole, and what only they need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Union

from tools.aws.provided import provided_distributions
from tools.errors import PleasingError
from tools.lambda_zip.check.requires import requirements_of, wanted
from tools.lambda_zip.place.layout import LeftOut, Placed, Reason
from tools.lambda_zip.read.distribution import Distribution
from tools.lambda_zip.read.pex import Area
from tools.slim.mention import imported
from tools.text import normalise
from tools.wheel_notes.requires import Required, platform_key

# What `provided` takes for all that the runtime brings.
RUNTIME = "runtime"


class Target(NamedTuple):
    """What a function runs on.

    Attributes:
        python: Major and minor version.
        architecture: As AWS spells it.
    """

    python: tuple[int, int]
    architecture: str


class Graph:
    """The distributions of a zip, and which of them requires which.

    Args:
        placed: What goes into the zip.
        noted: What lambda_wheel noted that distributions require.
        extras: Distribution -> extras that rules declared it with.
        target: What the function runs on.
    """

    def __init__(
        self,
        placed: Sequence[Placed],
        noted: Mapping[Distribution, Sequence[Required]],
        extras: Mapping[str, Sequence[str]],
        target: Target,
    ) -> None:
        self._placed = placed
        self.versions = {
            item.distribution.name: item.distribution.version for item in placed if item.distribution
        }
        requires = requirements_of(placed, noted, target.python)
        self.needs: dict[str, dict[str, str]] = {name: {} for name in self.versions}
        for distribution, required in wanted(
            requires, extras, platform_key(target.python, target.architecture)
        ):
            self.needs.setdefault(distribution.name, {})[required.name] = required.specifier

    def closure(self, names: Iterable[str], stop: frozenset[str] = frozenset()) -> set[str]:
        """Return distributions with all that they need, directly or not, whether the zip has it or not.

        Args:
            names: The distributions.
            stop: Distributions that are not gone through, nor returned.
        """
        found: set[str] = set()
        waiting = [name for name in names if name not in stop]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += [need for need in self.needs.get(name, ()) if need not in stop]
        return found

    def only_for(self, taken: frozenset[str]) -> dict[str, str]:
        """Return what goes with some distributions, as nothing else needs it: name -> by which of them it is needed.

        A distribution that nothing requires is the function's own dependency, and so is one that its code imports.

        Args:
            taken: The distributions that go.
        """
        candidates = (self.closure(taken) & self.versions.keys()) - taken
        if not candidates:
            return {}
        required = {need for name, needs in self.needs.items() for need in needs if need != name}
        roots = {name for name in self.versions if name not in required} | self._imported(candidates)
        staying = self.closure(roots, taken)
        # What neither goes nor is needed by it is nobody's business here, and keeps what it needs.
        staying |= self.closure(self.versions.keys() - candidates - taken, taken)
        return {
            name: ", ".join(sorted(taker for taker in taken if name in self.closure([taker])))
            for name in sorted(candidates - staying)
        }

    def _imported(self, names: set[str]) -> set[str]:
        """Return which of some distributions first-party code imports."""
        paths = {
            path
            for item in self._placed
            if item.area is Area.FIRST_PARTY and item.name.endswith(".py")
            for path in imported(item.name, item.member.read())
        }
        tops = {path.partition("/")[0] for path in paths}
        found = set()
        for item in self._placed:
            owner = item.distribution
            if owner is None or owner.name not in names or not item.name.endswith((".py", ".so", ".pyc")):
                continue
            if item.name.partition("/")[0].partition(".")[0] not in tops:
                continue
            folder, _, base = item.name.rpartition("/")
            module = "/".join(filter(None, (folder, base.partition(".")[0]))).removesuffix("/__init__")
            if any(path == module or path.startswith(module + "/") for path in paths):
                found.add(owner.name)
        return found


class Parted(NamedTuple):
    """What stays, and what goes with its distribution."""

    placed: list[Placed]
    left_out: list[LeftOut]


def exclude_distributions(placed: Sequence[Placed], names: Sequence[str], graph: Graph) -> Parted:
    """Take distributions out of the zip, with what only they need.

    Args:
        placed: What would go into the zip.
        names: The distributions.
        graph: What requires what.

    Raises:
        PleasingError: One is not there; all of them at once.
    """
    taken = frozenset(map(normalise, names))
    problems = [
        f"exclude_distributions: {name!r} is no distribution of the PEX{_nearest(name, graph.versions)}; correct the "
        "name, or take it out"
        for name in names
        if normalise(name) not in graph.versions
    ]
    if problems:
        raise PleasingError(problems)
    because = {
        **dict.fromkeys(taken, "named"),
        **{name: f"only {takers} needs it" for name, takers in graph.only_for(taken).items()},
    }
    return _part(placed, because, Reason.DISTRIBUTION)


def leave_to_runtime(
    placed: Sequence[Placed], provided: Union[str, Sequence[str]], graph: Graph, target: Target
) -> Parted:
    """Take out of the zip what the runtime brings: each distribution with all that it needs, or none.

    Args:
        placed: What would go into the zip.
        provided: `RUNTIME` for all that it brings, or names of distributions.
        graph: What requires what.
        target: What the function runs on.

    Raises:
        PleasingError: The runtime does not bring one, or not all that one needs; all such at once.
    """
    brought = provided_distributions(target.python[1])
    runtime = f"python{target.python[0]}.{target.python[1]}"
    names = sorted(brought & graph.versions.keys()) if provided == RUNTIME else list(provided)
    problems = [
        f"provided: {runtime} does not bring {name!r}{_nearest(name, brought)}; it brings "
        f"{', '.join(sorted(brought))}"
        for name in names
        if normalise(name) not in brought
    ]
    goes = set()
    for name in sorted({normalise(name) for name in names} & brought & graph.versions.keys()):
        closure = graph.closure([name])
        missing = sorted(closure - brought)
        if missing:
            problems.append(
                f"provided: {name} {graph.versions[name]} needs {', '.join(missing)}, which {runtime} does not bring, "
                "and a distribution is left to the runtime with all that it needs or not at all; name only others in "
                "provided, or depend on it without the extra that asks for this"
            )
        goes |= closure
    if problems:
        raise PleasingError(problems)
    return _part(placed, dict.fromkeys(goes, runtime), Reason.PROVIDED)


def _part(placed: Sequence[Placed], because: Mapping[str, str], reason: Reason) -> Parted:
    parted = Parted([], [])
    for item in placed:
        detail = because.get(item.distribution.name) if item.distribution is not None else None
        if detail is None:
            parted.placed.append(item)
        else:
            parted.left_out.append(LeftOut(item.member, reason, item.distribution, item, detail))
    return parted


def _nearest(name: str, names: Iterable[str]) -> str:
    import difflib

    close = difflib.get_close_matches(normalise(name), sorted(names), n=1)
    return f" (did you mean {close[0]}?)" if close else ""
