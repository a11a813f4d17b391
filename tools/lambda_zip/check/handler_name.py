"""Handler name: the handler as the user wrote it, taken apart."""

from __future__ import annotations

import posixpath
import re
from typing import NamedTuple, Optional

from tools.errors import PleasingError

_FORMS = "write 'file.py:function', 'package.module:function' or 'package.module.function'"


class HandlerName(NamedTuple):
    """A handler as the user wrote it, taken apart.

    Attributes:
        text: As written.
        file: Path in the repository, for the form `file.py:function`.
        module: Dotted module name, for the other forms.
        function: The name in that module.
    """

    text: str
    file: Optional[str]
    module: Optional[str]
    function: str


def parse_handler(text: str, package: str) -> HandlerName:
    """Take a handler apart.

    Args:
        text: `file.py:function` (relative to the package), `package.module:function` or
            `package.module.function`.
        package: The rule's package in the repository; empty for the root.

    Raises:
        PleasingError: It has none of these forms.
    """
    if not text or re.search(r"\s", text):
        raise PleasingError(f"handler {text!r} is empty or holds white space; {_FORMS}")
    where, colon, function = text.rpartition(":")
    if colon and where.endswith(".py"):
        if not function.isidentifier():
            raise PleasingError(f"handler {text!r}: {function!r} is no name of a function; {_FORMS}")
        path = posixpath.normpath(posixpath.join(package, where))
        if where.startswith("/") or path.startswith("../"):
            raise PleasingError(f"handler {text!r}: {where} is out of the repository; name a file of it")
        return HandlerName(text, path, None, function)
    if not colon:
        where, _, function = text.rpartition(".")
    module = where.replace("/", ".")
    if not function.isidentifier() or not all(module.split(".")) or re.search(r"[\\:\x00-\x1f]", module):
        raise PleasingError(f"handler {text!r} cannot be read; {_FORMS}")
    return HandlerName(text, None, module, function)
