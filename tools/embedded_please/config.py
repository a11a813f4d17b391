"""Config: what `CONFIG` is in BUILD files, made of the settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tools.embedded_please.label import HOST, is_label, parse
from tools.embedded_please.subrepo import Subrepo
from tools.plzconfig import PluginSetting, parse_bool


class Values(dict[str, Any]):
    """Settings that are read as attributes, such as `CONFIG.PYTHON.MODULE_DIR`."""

    def __getattr__(self, name: str) -> Any:
        if name not in self:
            raise AttributeError(f"CONFIG has no {name}")
        return self[name]


def base_values(subrepo: Subrepo) -> Values:
    """Return what `CONFIG` holds before any plugin is loaded, for BUILD files of a repository."""
    pex_file = str(Path(__file__).with_name("pex_file.py"))
    (system, arch), (host_os, host_arch) = subrepo.system, HOST.split("_")
    given = subrepo.settings.section("BuildConfig")
    own = {key.upper().replace("-", "_"): values[-1] for key, values in given.items()}
    return Values(OS=system, ARCH=arch, HOSTOS=host_os, HOSTARCH=host_arch, PEX_FILE=pex_file, **own)


def plugin_values(subrepo: Subrepo, plugin: Subrepo) -> Values:
    """Return what `CONFIG.<PLUGIN>` holds, for BUILD files of a repository."""
    name = plugin.settings.plugin_name
    values = plugin_values(subrepo.parent, plugin) if subrepo.parent else Values()
    given = subrepo.settings.section("Plugin", name)
    for setting in plugin.settings.plugin_settings():
        if setting.key in values and setting.inherit:
            continue
        found, owner = setting.default, plugin.plugin
        if setting.config_key.lower() in given:
            found, owner = given[setting.config_key.lower()], subrepo.plugin
        if found or setting.optional:
            where = f'[Plugin "{name}"] {setting.config_key}'
            typed = [_typed(value, setting, owner, where) for value in found]
            values[setting.key] = typed if setting.repeatable else (typed or [None])[-1]
    return values


def _typed(value: str, setting: PluginSetting, plugin: str, where: str) -> object:
    if setting.kind == "bool":
        return parse_bool(value, where)
    if is_label(value):  # the same target in whichever repository it is read
        label, bar, annotation = value.partition("|")
        found = parse(label, plugin=plugin)
        return f"///{found.subrepo}//{found.package}:{found.name}{bar}{annotation}"
    return value or None
