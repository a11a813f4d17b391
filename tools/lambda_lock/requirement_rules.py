"""The rules of a closure: a python_requirement for each distribution, and what stands before some of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from tools.cycle import components
from tools.errors import PleasingError
from tools.lambda_lock.closure import Closure
from tools.lambda_lock.lock import Distribution, Origin
from tools.lambda_lock.marker import marker
from tools.lambda_lock.marker_environments import MarkerEnvironments
from tools.lambda_lock.rule_call import LIBRARY, REQUIREMENT, RuleCall, Value, target_name
from tools.lambda_lock.wheel_fit import is_pure

# A cycle's members keep their names for what users depend on; the files themselves stand in a target of this
# suffix.
_ALONE = "alone"
_BUNDLE = "all_requirements"


class Rules:
    """What is written for each distribution of a closure.

    Args:
        closure: What is needed, and where.
        environments: The environments that the closure is about.
        mapped: Labels of the repository's own targets by normalised distribution name.
        for_functions: Normalised names of what is not for tests only.

    Attributes:
        notes: Warnings for the user, after `calls`.
    """

    def __init__(
        self,
        closure: Closure,
        environments: MarkerEnvironments,
        mapped: Mapping[str, str],
        for_functions: frozenset[str],
    ) -> None:
        self._closure = closure
        self._environments = environments
        self._mapped = mapped
        self._for_functions = for_functions
        self.notes: list[str] = []

    def calls(self) -> list[RuleCall]:
        """Return the targets.

        Raises:
            PleasingError: Two distributions want the same name.
        """
        present = {
            name: versions
            for name in self._closure.versions
            if name not in self._mapped and (versions := self._closure.needed(name))
        }
        edges = {
            name: sorted(
                {
                    needed
                    for item in versions
                    for needed in self._closure.needs.get((name, item.version), ())
                    if needed in present
                }
            )
            for name, versions in sorted(present.items())
        }
        found: list[RuleCall] = []
        for group in components(edges):
            found += self._of_group(group, present)
            if len(group) > 1:
                self.notes.append(
                    f"{', '.join(group)} need one another; each of these targets has all of them, as Please "
                    "takes no cycle"
                )
        _check_names(found)
        return found

    def _of_group(self, group: tuple[str, ...], present: Mapping[str, list[Distribution]]) -> list[RuleCall]:
        """Return the targets of distributions that need one another; mostly it is one that no other needs."""
        # Files stand in a target of their own wherever a name means more than those.
        own = {
            item: target_name(name, item.version)
            if len(present[name]) > 1
            else target_name(name, _ALONE if len(group) > 1 else "")
            for name in group
            for item in present[name]
        }
        test_only = not self._for_functions.intersection(group)
        found = [self._requirement(item, name, group, test_only=test_only) for item, name in own.items()]
        for name in group:
            if len(group) > 1 or len(present[name]) > 1:
                deps = tuple(sorted(f":{target}" for target in own.values()))
                found.append(RuleCall(LIBRARY, target_name(name), _common(deps, test_only=test_only)))
        return found

    def _requirement(
        self, item: Distribution, name: str, cycle: tuple[str, ...], *, test_only: bool
    ) -> RuleCall:
        key = (item.name, item.version)
        environments = self._environments
        mask = self._closure.reach[key]
        here = environments.keys(mask)
        everywhere: list[str] = []
        somewhere: dict[str, list[str]] = defaultdict(list)
        for needed, holds in self._closure.needs.get(key, {}).items():
            if needed in cycle:
                continue
            label = self._mapped.get(needed, f":{target_name(needed)}")
            keys = environments.keys(holds & mask)
            if keys == here:
                everywhere.append(label)
            else:
                for platform in keys:
                    somewhere[platform].append(label)
        several = len(self._closure.needed(item.name)) > 1
        wanted = mask & environments.latest if several else mask
        points = environments.points(wanted or mask)
        arguments: dict[str, Value] = {
            "package_name": item.name if name.replace("_", "-") != item.name else "",
            "version": item.version,
            "url": item.location if item.origin is Origin.URL else "",
            "hashes": item.hashes,
            "extras": tuple(sorted(self._closure.extras[key])),
            "marker": marker(points, environments.points(environments.everywhere)) or "",
            "platform_deps": {platform: tuple(sorted(somewhere[platform])) for platform in sorted(somewhere)},
            "sdist": bool(item.sdist),
            "zip_safe": is_pure(item),
            **_common(tuple(sorted(set(everywhere))), test_only=test_only),
        }
        return RuleCall(REQUIREMENT, name, arguments)


def bundle(targets: Iterable[RuleCall]) -> RuleCall:
    """Return one target that stands for all others, where a lock does not say what needs what.

    Args:
        targets: The others. Those for tests only are not in it.
    """
    names = tuple(sorted(f":{target.name}" for target in targets if not target.arguments.get("test_only")))
    return RuleCall(LIBRARY, _BUNDLE, _common(names, test_only=False))


def _common(deps: tuple[str, ...], *, test_only: bool) -> dict[str, Value]:
    return {"test_only": test_only, "visibility": ("PUBLIC",), "deps": deps}


def _check_names(targets: list[RuleCall]) -> None:
    seen: dict[str, int] = defaultdict(int)
    for target in targets:
        seen[target.name] += 1
    twice = sorted(name for name, count in seen.items() if count > 1)
    if twice:
        raise PleasingError(
            f"two distributions want the target {', '.join(twice)}; give one of them a target by hand and "
            "--map to it"
        )
