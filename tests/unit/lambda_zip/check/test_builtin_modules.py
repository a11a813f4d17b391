from __future__ import annotations

import sys

from tools.lambda_zip.check.builtin_modules import BUILTIN_MODULES


def test_this_interpreters_built_in_modules_are_known() -> None:
    # Those of a distribution's own build, such as zlib's, are not what Lambda's interpreter has.
    usual = {
        "_abc",
        "_ast",
        "_codecs",
        "_io",
        "_thread",
        "_warnings",
        "builtins",
        "gc",
        "marshal",
        "posix",
        "sys",
        "time",
    }
    assert usual <= BUILTIN_MODULES
    assert usual <= set(sys.builtin_module_names)


def test_modules_that_only_look_so_are_not_in_the_list() -> None:
    assert not BUILTIN_MODULES & {"json", "os", "logging", "main", "app", ""}
