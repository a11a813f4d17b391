"""Files: which files of distributions stay out, as no running function reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tools.lambda_zip.place.layout import LeftOut, Placed, Reason
from tools.lambda_zip.read.distribution import Distribution
from tools.slim.candidate import Candidates, candidates_of
from tools.slim.mention import Mentions, no_mentions
from tools.slim.note import SlimNote, add_file, kept_by_ending, note_of, staying, unit_at
from tools.slim.rule import Rule

_MODULES = (".py", ".pyc", ".so")


def slim_files(
    placed: Sequence[Placed], notes: Mapping[Distribution, SlimNote], rules: frozenset[Rule]
) -> tuple[list[Placed], list[LeftOut]]:
    """Take out of the zip what no running function reads: files of distributions alone.

    What remains may import what would go. So the modules that remain are asked, and those of what they keep, until
    nothing more is kept.

    Args:
        placed: What would go into the zip, sorted by name.
        notes: What lambda_wheel noted of distributions; the modules of others are read.
        rules: The rules that take files.
    """
    if not rules:
        return list(placed), []
    owned: dict[Distribution, list[Placed]] = {}
    others: list[Placed] = []
    for item in placed:
        if item.distribution is not None:
            owned.setdefault(item.distribution, []).append(item)
        elif item.name.endswith(_MODULES):
            others.append(item)
    goes = _Goes(owned, rules)
    if not goes.is_empty():
        goes.ask(notes, others)
    kept: list[Placed] = []
    left_out: list[LeftOut] = []
    for item in placed:
        rule = goes.rules.get(item.name) if item.distribution is not None else None
        if rule is None:
            kept.append(item)
        else:
            left_out.append(LeftOut(item.member, Reason.SLIMMED, item.distribution, item, rule.value))
    return kept, left_out


class _Goes:
    """What goes: all candidates at first, and less with all that is mentioned.

    Attributes:
        rules: Name of a file that goes -> the rule that takes it.
    """

    def __init__(self, owned: Mapping[Distribution, Sequence[Placed]], rules: frozenset[Rule]) -> None:
        self._owned = owned
        self._candidates = {
            owner: candidates_of([item.name for item in items]) for owner, items in owned.items()
        }
        self._units: dict[str, Rule] = {}
        self.rules: dict[str, Rule] = {}
        self._read: set[str] = set()
        for found in self._candidates.values():
            for unit, rule in found.units.items():
                if rule in rules:
                    self._units[unit] = rule
                    self.rules.update(dict.fromkeys(found.names[unit], rule))
            self.rules.update((name, rule) for name, rule in found.files.items() if rule in rules)

    def is_empty(self) -> bool:
        """Return whether no file could go."""
        return not self.rules

    def ask(self, notes: Mapping[Distribution, SlimNote], others: Iterable[Placed]) -> None:
        """Take out of `rules` what modules that remain mention.

        Args:
            notes: What is known of distributions.
            others: Modules of no distribution.
        """
        waiting: list[str] = []
        for owner in self._candidates:
            note = notes.get(owner) or self._read_note(owner)
            said = [note.regular]
            said += [part for unit, part in note.examples.items() if unit not in self._units]
            for part in said:
                # What it says of units that stay because of the distribution itself is in it already.
                self._read.update(part.stays)
                waiting += part.stays
                waiting += part.wants
                self._keep_endings(owner, part.endings)
        mentions = no_mentions()
        for item in others:
            _add(mentions, item)
        waiting += mentions.paths
        self._keep_names(mentions)
        while waiting:
            self._keep(waiting.pop(), waiting)

    def _read_note(self, owner: Distribution) -> SlimNote:
        items = {item.name: item for item in self._owned[owner]}
        entry_points = items.get(f"{owner.folder}/entry_points.txt")
        return note_of(
            items,
            lambda name: items[name].member.source.chunks(items[name].member),
            entry_points.member.read() if entry_points is not None else b"",
        )

    def _keep(self, path: str, waiting: list[str]) -> None:
        if path in self.rules and path not in self._units:
            del self.rules[path]
            return
        unit = unit_at(path, self._units)
        if unit is None:
            return
        del self._units[unit]
        for owner, found in self._candidates.items():
            names = found.names.get(unit)
            if names is None:
                continue
            for name in names:
                self.rules.pop(name, None)
            if unit not in self._read:
                waiting += self._said_in(owner, found, unit)

    def _said_in(self, owner: Distribution, found: Candidates, unit: str) -> set[str]:
        mentions = no_mentions()
        inside = set(found.names[unit])
        for item in self._owned[owner]:
            if item.name in inside:
                _add(mentions, item)
        self._keep_endings(owner, mentions.endings)
        return mentions.paths | staying(mentions, found)

    def _keep_endings(self, owner: Distribution, endings: Iterable[tuple[str, str]]) -> None:
        endings = list(endings)
        if endings:
            for name in self._candidates[owner].files:
                if name in self.rules and kept_by_ending(name, endings):
                    del self.rules[name]

    def _keep_names(self, mentions: Mentions) -> None:
        if not mentions.names:
            return
        for found in self._candidates.values():
            for name in found.files:
                if name.rpartition("/")[2] in mentions.names:
                    self.rules.pop(name, None)


def _add(mentions: Mentions, item: Placed) -> None:
    add_file(mentions, item.name, lambda name: item.member.source.chunks(item.member))
