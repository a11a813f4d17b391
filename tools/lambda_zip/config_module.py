"""Config module: what a rule's `config` says, as a Python module that cannot be changed at run time.

A Lambda@Edge function has no environment, so what differs between deployments is built into its zip.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Optional

from tools.archive.output import Outputs, write_all
from tools.errors import PleasingError

_FORM = 'write an object, such as {"ORIGIN": "https://example.com"}'


def write_config(text: Optional[str], file: Optional[Path], output: Path) -> None:
    """Write the module with a configuration.

    Args:
        text: The configuration, a JSON object; None where a file has it.
        file: The file that has it.
        output: The module to write.

    Raises:
        PleasingError: The configuration cannot be read, or the module cannot be written.
    """
    origin = "config"
    if file is not None:
        origin = str(file)
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise PleasingError(f"cannot read {file}: {error}") from error
    assert text is not None
    module = config_module(text, origin)
    with Outputs() as outputs:
        write_all(outputs.open(output), module)
        outputs.commit()


def config_module(text: str, origin: str) -> bytes:
    """Return the source of a module with one constant, `CONFIG`.

    Args:
        text: The configuration, a JSON object.
        origin: Where it comes from, for messages: a file or an argument.

    Raises:
        PleasingError: It is no JSON object, or a key is no text.
    """
    try:
        config = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        raise PleasingError(f"{origin} cannot be read as JSON: {error}; {_FORM}") from error
    if not isinstance(config, dict):
        raise PleasingError(f"{origin} holds no JSON object; {_FORM}")
    # Sorted and in ASCII, so that the same configuration gives the same bytes. JSON has no single quote but in
    # strings, where it can be escaped.
    document = json.dumps(config, sort_keys=True, ensure_ascii=True).replace("'", "\\u0027")
    return (
        '"""Configuration of the function, fixed when its zip was built."""\n\n'
        "import json\n"
        "from types import MappingProxyType\n\n"
        f"CONFIG = MappingProxyType(json.loads(r'{document}'))\n"
    ).encode("ascii")


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a value of JSON")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} stands twice")
        if not key or re.search(r"[\x00-\x1f]", key):
            raise ValueError(f"{key!r} is no key")
        found[key] = value
    return found
