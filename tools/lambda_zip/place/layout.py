"""Layout: where each file of a PEX goes in the zip, and why the rest stays out. Names in, names out."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Optional

from tools.archive.member import Member
from tools.archive.member_name import any_below
from tools.lambda_zip.read.distribution import INSTALLER_FILES, Distribution, Owners
from tools.lambda_zip.read.pex import Area, Part
from tools.wheel_notes import NOTES


class Reason(enum.Enum):
    """Why a file stays out of the zip. The values are what listings show."""

    BOOTSTRAP = "start-up code of the PEX"
    ENTRY_POINT = "entry point that the rule gave to the PEX"
    BYTECODE = "bytecode of the host's interpreter"
    ADDED_INIT = "empty __init__.py that Please added"
    SCATTERED = "script or data that its wheel installs outside of site-packages"
    LOOSE_DOCUMENT = "document at the root of site-packages"
    INSTALLER = "note of the tool that installed it"
    WHEEL_NOTE = "note of lambda_wheel"
    PATH_FILE = "path configuration, which Lambda does not read"
    EXCLUDED = "matched by exclude"
    IN_LAYER = "held by a layer of the function"
    SLIMMED = "slim: no running function reads it"
    DISTRIBUTION = "of a distribution that exclude_distributions takes"
    PROVIDED = "of a distribution that the runtime brings"
    SERVICE = "data of botocore and boto3 that botocore_services has no use for"


# Where `pip install --target` puts what a wheel has for <prefix>/bin and <prefix>/share.
_SCATTERED_FOLDERS = frozenset({"bin", "share", "man", "etc", "include", "sbin"})

# Documents that a few wheels leave at the root of site-packages: LICENSE, README.md, LICENSE-MIT, COPYING.LESSER; not
# a module that is called so, history.py.
_DOCUMENT = re.compile(
    r"(?i:licen[cs]es?|copying|notice|authors|contributors|readme|changes|changelog|history|news|todo|install)"
    r"(?:[-_][^/.]*)?(?:\.(?:(?i:txt|rst|md|markdown|html)|[A-Z][^/]*))?"
)


class Placed(NamedTuple):
    """A file that goes into the zip.

    Attributes:
        name: Its name there.
        member: Its bytes.
        path: Its path in its area of the PEX, see `Part.path`.
        area: Whether it is first-party or third-party code.
        distribution: For third-party code, whose it is where that is known.
    """

    name: str
    member: Member
    path: str
    area: Area
    distribution: Optional[Distribution]


class LeftOut(NamedTuple):
    """A file that stays out of the zip.

    Attributes:
        member: Its bytes.
        reason: Why it stays out.
        distribution: For third-party code, whose it is where that is known.
        placed: Where it would be in the zip, for a file that only the function's rule or a layer keeps out.
        detail: More of the reason: the rule of slimming, or why the distribution goes.
    """

    member: Member
    reason: Reason
    distribution: Optional[Distribution]
    placed: Optional[Placed] = None
    detail: str = ""


class Layout(NamedTuple):
    """What goes into the zip, in the PEX's order, and what does not."""

    placed: list[Placed]
    left_out: list[LeftOut]


def lay_out(
    parts: list[Part],
    owners: Owners,
    source_roots: Sequence[str],
    module_dir: str,
    entry_points: Sequence[str] = (),
) -> Layout:
    """Decide of each file of a PEX where it goes.

    Args:
        parts: The files. The list is empty afterwards: what is placed takes the memory of a million of them.
        owners: Whose the third-party ones are.
        source_roots: Folders of the repository whose contents are imported from the root; the longest that
            fits wins.
        module_dir: Folder of third-party code in a Please PEX.
        entry_points: First-party paths that only start the PEX.
    """
    placed: list[Placed] = []
    left_out: list[LeftOut] = []
    roots = sorted(
        (root.strip("/") + "/" for root in source_roots if root.strip("/.")), key=len, reverse=True
    )
    siblings = _siblings(parts)
    added: list[Placed] = []
    parts.reverse()
    while parts:
        part = parts.pop()
        member, area, path, tree = part
        if area is Area.BOOTSTRAP:
            left_out.append(LeftOut(member, Reason.BOOTSTRAP, None))
            continue
        if area is Area.FIRST_PARTY:
            reason = Reason.ENTRY_POINT if path in entry_points else _first_party_reason(part, siblings)
            if reason:
                left_out.append(LeftOut(member, reason, None))
                continue
            item = Placed(_below_root(path, roots), member, path, area, None)
            (added if _is_added_init(part, siblings) else placed).append(item)
            continue
        owner = owners.of(tree, path)
        reason = _third_party_reason(part, siblings, owners, owner)
        if reason:
            left_out.append(LeftOut(member, reason, owner))
        else:
            placed.append(Placed(path, member, path, area, owner))
    _place_added(added, placed, left_out, [*roots, module_dir.strip("/") + "/"])
    return Layout(placed, left_out)


def _siblings(parts: Sequence[Part]) -> set[tuple[str, str]]:
    """Return tree and path of sources that have bytecode beside them, and of the bytecode of packages."""
    compiled = {(part.tree, part.path) for part in parts if part.path.endswith(".pyc")}
    if not compiled:
        return compiled
    beside = {(tree, path[:-1]) for tree, path in compiled}
    found = {key for key in compiled if key[1].endswith("__init__.pyc")}
    found.update(
        key for part in parts if part.path.endswith(".py") and (key := (part.tree, part.path)) in beside
    )
    return found


def _below_root(path: str, roots: Sequence[str]) -> str:
    for root in roots:
        if path.startswith(root):
            return path[len(root) :]
    return path


def _bytecode_reason(path: str, tree: str, siblings: set[tuple[str, str]]) -> Optional[Reason]:
    if not path.endswith(".pyc"):
        return None
    # Bytecode is all there is of a library that was built with strip = True: that is kept.
    if "__pycache__/" in path or (tree, path[:-1]) in siblings:
        return Reason.BYTECODE
    return None


def _is_added_init(part: Part, siblings: set[tuple[str, str]]) -> bool:
    # Please compiles the sources of a library, so that an __init__.py of somebody's has bytecode beside it;
    # the ones that it adds when it makes the PEX have none.
    path = part.path
    return (
        part.member.size == 0
        and (path == "__init__.py" or path.endswith("/__init__.py"))
        and (part.tree, path + "c") not in siblings
    )


def _first_party_reason(part: Part, siblings: set[tuple[str, str]]) -> Optional[Reason]:
    return _bytecode_reason(part.path, part.tree, siblings)


def _third_party_reason(
    part: Part, siblings: set[tuple[str, str]], owners: Owners, owner: Optional[Distribution]
) -> Optional[Reason]:
    path, tree = part.path, part.tree
    reason = _bytecode_reason(path, tree, siblings)
    if reason:
        return reason
    claimed = owners.claims(tree, path)
    if not claimed and not tree and _is_added_init(part, siblings) and owners.knows(path.rpartition("/")[0]):
        return Reason.ADDED_INIT
    folder, slash, rest = path.partition("/")
    if owner is not None and slash and folder == owner.folder:
        if rest in INSTALLER_FILES:
            return Reason.INSTALLER
        if rest in NOTES:
            return Reason.WHEEL_NOTE
    if not slash:
        if path.endswith(".pth"):
            return Reason.PATH_FILE
        return Reason.LOOSE_DOCUMENT if _DOCUMENT.fullmatch(path) else None
    # A package may be named bin or share; then its RECORD lists it as such. The files alone tell nothing: lambda_wheel
    # lists what a wheel scatters below site-packages, where pip writes ../../bin.
    if folder in _SCATTERED_FOLDERS and not owners.claims(tree, f"{folder}/__init__.py"):
        return Reason.SCATTERED
    return None


def _place_added(
    added: Iterable[Placed], placed: list[Placed], left_out: list[LeftOut], roots: Sequence[str]
) -> None:
    """Keep an empty first-party __init__.py, as code may rely on it, unless nobody wants a package there.

    That is at the zip's root; in folders that only lead to a source root or to the module directory; and in a
    namespace that distributions share, where it would shadow theirs or make it a package.
    """
    added = list(added)
    if not added:
        return
    first_party = sorted(item.name for item in placed if item.area is Area.FIRST_PARTY)
    third_party = sorted(item.name for item in placed if item.area is Area.THIRD_PARTY)
    for item in added:
        folder = item.name.rpartition("/")[0]
        leads_only = any(root.startswith(item.path.rpartition("/")[0] + "/") for root in roots)
        shared = any_below(folder, third_party)
        if not folder or shared or (leads_only and not any_below(folder, first_party)):
            left_out.append(LeftOut(item.member, Reason.ADDED_INIT, None))
        else:
            placed.append(item)
