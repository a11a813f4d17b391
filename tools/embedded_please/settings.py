"""The settings of a repository, as its `.plzconfig` files give them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Optional

from tools.errors import PleasingError

_SECTION = re.compile(r'\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]\s*(?:[;#].*)?')
_ENTRY = re.compile(r"([A-Za-z][\w-]*)\s*(?:=\s*(.*))?")

_TRUE = ("true", "yes", "on", "1")
_FALSE = ("false", "no", "off", "0")


class PluginSetting(NamedTuple):
    """A `[PluginConfig "key"]` section of a plugin's settings.

    Attributes:
        key: As BUILD files spell it: `CONFIG.<PLUGIN>.<KEY>`.
        config_key: As `.plzconfig` spells it, in small letters.
        default: Its default values.
        optional: Whether it may be unset.
        repeatable: Whether it is a list.
        kind: `str`, `bool` or `int`.
        inherit: Whether a plugin in use by a plugin takes the value of the repository that uses that.
    """

    key: str
    config_key: str
    default: list[str]
    optional: bool
    repeatable: bool
    kind: str
    inherit: bool


class Settings:
    """Sections of keys, each with the values that were given for it, in order."""

    def __init__(self) -> None:
        self._sections: dict[tuple[str, str], dict[str, list[str]]] = {}

    @classmethod
    def load(cls, *paths: Path) -> Settings:
        """Reads settings files; of those that set one key the last wins, lists grow.

        Args:
            paths: The files; one that does not exist is passed over.
        """
        settings = cls()
        for path in paths:
            settings.add(path)
        return settings

    def add(self, path: Path) -> None:
        """Reads one more file.

        Args:
            path: The file; one that does not exist is passed over.

        Raises:
            PleasingError: If it is not in the format of a `.plzconfig`.
        """
        try:
            text = path.read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return
        section: Optional[dict[str, list[str]]] = None
        lines = enumerate(text.split("\n"), 1)
        for number, line in lines:
            stripped = line.strip()
            if not stripped or stripped[0] in ";#":
                continue
            if match := _SECTION.fullmatch(stripped):
                section = self._sections.setdefault((match[1].lower(), match[2] or ""), {})
                continue
            match = _ENTRY.fullmatch(stripped)
            if match is None or section is None:
                raise PleasingError(f"{path}:{number}: expected [section] or key = value, found {stripped!r}")
            value = match[2]
            while value is not None and value.endswith("\\"):
                value = value[:-1] + next(lines, (0, ""))[1].strip()
            section.setdefault(match[1].lower(), []).append("true" if value is None else _unquote(value))

    def copy(self) -> Settings:
        """Returns settings that can be changed apart from these."""
        other = Settings()
        other._sections = {
            section: {k: list(v) for k, v in keys.items()} for section, keys in self._sections.items()
        }
        return other

    def set(self, section: str, key: str, values: list[str], subsection: str = "") -> None:
        """Sets one key, in place of what files say.

        Args:
            section: Name of the section.
            key: Name of the key.
            values: Its values.
            subsection: The name in quotes, as in `[Plugin "python"]`.
        """
        self._sections.setdefault((section.lower(), subsection), {})[key.lower()] = values

    def override(self, text: str) -> None:
        """Sets one key as the command line's `-o section.key:value` says.

        Args:
            text: That argument; `plugin.<name>.<key>:<value>` for a plugin's setting.

        Raises:
            PleasingError: If it has another form.
        """
        name, colon, value = text.partition(":")
        parts = name.lower().split(".")
        if colon and len(parts) == 2:
            self.set(parts[0], parts[1], value.split(",") if parts[1] in _LISTS else [value])
        elif colon and len(parts) == 3 and parts[0] == "plugin":
            self.set("plugin", parts[2], [value], parts[1])
        else:
            raise PleasingError(f"-o {text}: expected section.key:value or plugin.name.key:value")

    def values(self, section: str, key: str, subsection: str = "") -> list[str]:
        """Returns every value of a key, in order.

        Args:
            section: Name of the section.
            key: Name of the key.
            subsection: The name in quotes.
        """
        return self._sections.get((section.lower(), subsection), {}).get(key.lower(), [])

    def value(self, section: str, key: str, default: str = "", subsection: str = "") -> str:
        """Returns the last value of a key.

        Args:
            section: Name of the section.
            key: Name of the key.
            default: What to return where the key is not set.
            subsection: The name in quotes.
        """
        values = self.values(section, key, subsection)
        return values[-1] if values else default

    def section(self, section: str, subsection: str = "") -> dict[str, list[str]]:
        """Returns all keys of a section with their values.

        Args:
            section: Name of the section.
            subsection: The name in quotes.
        """
        return self._sections.get((section.lower(), subsection), {})

    @property
    def plugin_name(self) -> str:
        """Name of the plugin that this repository is, empty if it is none."""
        return self.value("PluginDefinition", "Name")

    def plugin_settings(self) -> list[PluginSetting]:
        """Returns the settings that this repository defines as a plugin."""
        found = []
        for section, key in sorted(self._sections):
            if section == "pluginconfig":
                found.append(self._plugin_setting(key))
        return found

    def _plugin_setting(self, key: str) -> PluginSetting:
        def flag(name: str) -> bool:
            return parse_bool(self.value("PluginConfig", name, "false", key), f"PluginConfig {key!r} {name}")

        config_key = self.value("PluginConfig", "ConfigKey", key.replace("_", ""), key)
        return PluginSetting(
            key.upper(),
            config_key.lower(),
            self.values("PluginConfig", "DefaultValue", key),
            flag("Optional"),
            flag("Repeatable"),
            self.value("PluginConfig", "Type", "str", key),
            flag("Inherit"),
        )


# Keys of [Build], [Parse] and [Please] that are lists: the command line gives these with commas.
_LISTS = frozenset(
    ("path", "passenv", "passunsafeenv", "buildfilename", "blacklistdirs", "preloadsubincludes", "pluginrepo")
)


def parse_bool(text: str, where: str) -> bool:
    """Reads a setting that is true or false.

    Args:
        text: The value.
        where: The setting, for the error.

    Raises:
        PleasingError: If it is neither.
    """
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise PleasingError(f"{where}: expected true or false, found {text!r}")


def _unquote(value: str) -> str:
    result: list[str] = []
    kept = 0  # length of what must not be stripped at the end, since it stood in quotes
    quoted = False
    characters: Iterator[str] = iter(value)
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
