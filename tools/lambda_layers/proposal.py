"""Proposal: the layers of a platform, what they save, and their rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tools.lambda_layers.cost import Costs, LayerSet, Week
from tools.lambda_layers.loads import Platform
from tools.lambda_layers.search import find_layers
from tools.manifests.function import Share
from tools.text import build_list, build_text, human


class Layer(NamedTuple):
    """A proposed layer.

    Attributes:
        name: Of its rule.
        distributions: Titles of what it holds.
        roots: Names of those that nothing else in it requires: its deps.
        zip_bytes: About what its zip takes.
    """

    name: str
    distributions: list[str]
    roots: list[str]
    zip_bytes: int


class Proposal(NamedTuple):
    """The layers of a platform.

    Attributes:
        runtime: As AWS spells it.
        architecture: As AWS spells it.
        layers: The layers, the largest first.
        before: What a week uploads without layers.
        after: What it uploads with them.
        exact: Whether no other layers are better by the cost model.
    """

    runtime: str
    architecture: str
    layers: list[Layer]
    before: Week
    after: Week
    exact: bool


def propose(platform: Platform, most: int, suffix: str = "") -> Proposal:
    """Return the layers that upload the fewest bytes.

    Args:
        platform: The functions.
        most: How many layers there may be.
        suffix: What the names of the rules end with.
    """
    costs: Costs = platform.costs
    found = find_layers(costs, platform.atoms, most)
    names: set[str] = set()
    layers = []
    for layer in found.layers:
        name = _name([platform.shares[title] for title in layer], suffix, names)
        names.add(name)
        roots = _roots(layer, platform)
        layers.append(Layer(name, sorted(layer), roots, costs.size(layer).zip_bytes))
    before, after = costs.week(()), costs.week(found.layers)
    return Proposal(platform.runtime, platform.architecture, layers, before, after, found.exact)


def _name(shares: Sequence[Share], suffix: str, taken: set[str]) -> str:
    """Return a name that is free: that of the largest distribution, with others behind where it is taken."""
    names = [
        share.name.replace("-", "_") for share in sorted(shares, key=lambda one: (-one.zip_bytes, one.name))
    ]
    for count in range(1, len(names) + 1):
        name = "_".join(names[:count]) + suffix
        if name not in taken:
            return name
    return f"{'_'.join(names)}{suffix}_{len(taken)}"


def _roots(layer: LayerSet, platform: Platform) -> list[str]:
    """Return the names that bring all of a layer. Of distributions that require each other, the first one."""
    atoms = {atom for own in platform.atoms.values() for atom in own if atom <= layer}
    left = set(layer)
    roots = []
    for atom in sorted(atoms, key=lambda one: (-len(one), sorted(one))):
        if left & atom:
            left -= atom
            top = next(
                title for title in sorted(atom) if not any(title in other for other in atoms if other < atom)
            )
            roots.append(platform.shares[top].name)
    return sorted(roots)


def as_build(proposals: Sequence[Proposal], module_dir: str) -> str:
    """Return the layers' rules, as a BUILD file has them.

    Args:
        proposals: The layers.
        module_dir: Folder of third-party code, whose BUILD file has a rule for each distribution.
    """
    rules = []
    for proposal in proposals:
        for layer in proposal.layers:
            deps = [f"//{module_dir}:{name.replace('-', '_')}" for name in layer.roots]
            values = [
                ("name", build_text(layer.name)),
                ("architecture", build_text(proposal.architecture)),
                ("runtime", build_text(proposal.runtime)),
                ("visibility", build_list(["PUBLIC"])),
                ("deps", _list(deps)),
            ]
            body = "".join(f"    {key} = {value},\n" for key, value in values)
            rules.append(f"python_lambda_layer(\n{body})\n")
    return "\n".join(rules)


def _list(texts: Sequence[str]) -> str:
    """Return a list as `plz fmt` breaks it."""
    if len(texts) < 2:
        return build_list(texts)
    return "[\n" + "".join(f"        {build_text(text)},\n" for text in texts) + "    ]"


def as_text(proposal: Proposal, package: str) -> str:
    """Return what is proposed and what it saves, for people.

    Args:
        proposal: The layers.
        package: Where their rules are.
    """
    before, after = proposal.before, proposal.after
    title = f"{proposal.runtime} {proposal.architecture}: {len(before.functions)} functions"
    if not proposal.layers:
        return f"{title}, {_week(before.total)}. No layer would make it less."
    saved = 1 - after.total / before.total if before.total else 0.0
    how = "the least of all choices" if proposal.exact else "found step by step; there may be better ones"
    lines = [
        f"{title}, {_week(before.total)} without layers, {_week(after.total)} with these: {saved:.1%} less "
        f"({how})",
        "",
    ]
    for place, layer in enumerate(proposal.layers):
        users = sum(place in attached for attached in after.attached.values())
        lines.append(
            f"  //{package}:{layer.name}  {human(layer.zip_bytes)}, for {users} functions, "
            f"{_week(after.layers[place])}"
        )
        lines.append(f"    holds {', '.join(layer.distributions)}")
    lines += ["", "  write into the functions' rules:"]
    for target, attached in sorted(after.attached.items()):
        if attached:
            labels = [f"//{package}:{proposal.layers[place].name}" for place in attached]
            was, now = before.functions[target], after.functions[target]
            lines.append(f"  {target}: layers = {build_list(labels)},  # {_week(was)} -> {_week(now)}")
    return "\n".join(lines)


def _week(size: float) -> str:
    return f"{human(round(size))} a week"
