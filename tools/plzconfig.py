"""Plzconfig: the one reader of `.plzconfig` files, whose format is git's for its own settings.

Sections and keys are read in any case. A key may be given several times: the last value counts, or all do where the
setting is a list.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple, Optional

from tools.errors import PleasingError

_SECTION = re.compile(r'\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]\s*(?:[;#].*)?')
_ENTRY = re.compile(r"([A-Za-z][\w-]*)\s*(?:=\s*(.*))?")
_BOOLS = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}


def repository_of(path: Path) -> Optional[Path]:
    """Return the root of the repository that a path is in, or None: the nearest folder with a `.plzconfig`.

    Args:
        path: An absolute path of a file or folder, which need not be there.
    """
    return next((folder for folder in (path, *path.parents) if (folder / ".plzconfig").is_file()), None)


class PluginSetting(NamedTuple):
    """A `[PluginConfig "key"]` section: a setting that a plugin defines.

    Attributes:
        key: As rules read it, after `CONFIG.<PLUGIN>.`.
        config_key: As a user writes it in `.plzconfig`, in the case of the definition.
        default: Its default values; empty for none.
        optional: Whether it may be unset.
        repeatable: Whether it is a list.
        kind: `str`, `bool` or `int`.
        inherit: Whether a plugin that uses the plugin takes the value of the repository that uses both.
        help: Its help.
    """

    key: str
    config_key: str
    default: list[str]
    optional: bool
    repeatable: bool
    kind: str
    inherit: bool
    help: str


class PlzConfig:
    """The settings of a repository.

    Args:
        paths: Files to read, in order; one that is not there is passed over.

    Raises:
        PleasingError: If one is not in the format of a `.plzconfig`.
    """

    def __init__(self, *paths: Path) -> None:
        self._sections: dict[tuple[str, str], dict[str, list[str]]] = {}
        for path in paths:
            try:
                text = path.read_text(encoding="utf-8")
            except (FileNotFoundError, NotADirectoryError):
                continue
            except (OSError, UnicodeDecodeError) as error:
                raise PleasingError(f"{path} cannot be read: {error}") from None
            self.add(text, str(path))

    def add(self, text: str, where: str) -> None:
        """Read the text of one more file.

        Args:
            text: The text.
            where: The file, as an error names it.

        Raises:
            PleasingError: If a line is neither a section nor a key, or a key stands before any section.
        """
        section: Optional[dict[str, list[str]]] = None
        lines = enumerate(text.split("\n"), 1)
        for number, line in lines:
            stripped = line.strip()
            if not stripped or stripped[0] in ";#":
                continue
            if match := _SECTION.fullmatch(stripped):
                section = self._sections.setdefault((match[1].lower(), (match[2] or "").lower()), {})
                continue
            match = _ENTRY.fullmatch(stripped)
            if match is None or section is None:
                raise PleasingError(
                    f"{where}:{number}: expected [section] or key = value, found {stripped!r}"
                )
            value = match[2]
            while value is not None and value.endswith("\\"):
                value = value[:-1] + next(lines, (0, ""))[1].strip()
            section.setdefault(match[1].lower(), []).append("true" if value is None else _unquoted(value))

    def values(self, section: str, key: str, subsection: str = "") -> list[str]:
        """Return every value of a key, in order.

        Args:
            section: Name of the section.
            key: Name of the key.
            subsection: The name in quotes, as in `[Plugin "python"]`.
        """
        return self.section(section, subsection).get(key.lower(), [])

    def value(self, section: str, key: str, default: str = "", subsection: str = "") -> str:
        """Return the last value of a key.

        Args:
            section: Name of the section.
            key: Name of the key.
            default: What to return where the key is not set.
            subsection: The name in quotes.
        """
        return (self.values(section, key, subsection) or [default])[-1]

    def section(self, section: str, subsection: str = "") -> dict[str, list[str]]:
        """Return all keys of a section, in small letters, with their values.

        Args:
            section: Name of the section.
            subsection: The name in quotes.
        """
        return self._sections.get((section.lower(), subsection.lower()), {})

    @property
    def plugin_name(self) -> str:
        """Name of the plugin that the repository is, empty if it is none."""
        return self.value("PluginDefinition", "Name").lower()

    def plugin_settings(self) -> list[PluginSetting]:
        """Return the settings that the repository defines as a plugin, in the order of the file."""
        return [self._plugin_setting(key) for section, key in self._sections if section == "pluginconfig"]

    def _plugin_setting(self, key: str) -> PluginSetting:
        def flag(name: str) -> bool:
            where = f'[PluginConfig "{key}"] {name}'
            return parse_bool(self.value("PluginConfig", name, "false", key), where)

        return PluginSetting(
            key.upper(),
            self.value("PluginConfig", "ConfigKey", key.replace("_", ""), key),
            self.values("PluginConfig", "DefaultValue", key),
            flag("Optional"),
            flag("Repeatable"),
            self.value("PluginConfig", "Type", "str", key),
            flag("Inherit"),
            self.value("PluginConfig", "Help", "", key),
        )


def parse_bool(text: str, where: str) -> bool:
    """Read a setting that is true or false.

    Args:
        text: The value.
        where: The setting, as an error names it.

    Raises:
        PleasingError: If it is neither.
    """
    found = _BOOLS.get(text.lower())
    if found is None:
        raise PleasingError(f"{where}: expected true or false, found {text!r}")
    return found


def _unquoted(value: str) -> str:
    """Return a value without its quotes and without the comment after it."""
    result: list[str] = []
    kept = 0  # what stood in quotes keeps its blanks
    quoted = False
    characters = iter(value)
    for character in characters:
        if character == "\\" and quoted:
            escaped = next(characters, "")
            result.append({"n": "\n", "t": "\t"}.get(escaped, escaped))
        elif character == '"':
            quoted = not quoted
        elif character in ";#" and not quoted:
            break
        else:
            result.append(character)
        if quoted:
            kept = len(result)
    text = "".join(result)
    return text[:kept] + text[kept:].rstrip()
