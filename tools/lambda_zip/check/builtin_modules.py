"""Built-in modules: names that Lambda refuses as the first part of a handler.

awslambdaric's bootstrap refuses what `sys.builtin_module_names` has. These are CPython's, of 3.9 to 3.13
together, so that the answer does not depend on the interpreter that this tool runs on.
"""

from __future__ import annotations

BUILTIN_MODULES = frozenset(
    """
_abc _ast _codecs _collections _functools _imp _io _locale _operator _peg_parser _signal _sre _stat
_string _suggestions _symtable _sysconfig _thread _tokenize _tracemalloc _typing _warnings _weakref
atexit builtins errno faulthandler gc itertools marshal posix pwd sys time xxsubtype
""".split()  # noqa: SIM905
)
