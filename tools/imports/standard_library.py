"""Standard library: which modules each Python from 3.8 to 3.15 has on Linux.

3.8 to 3.13: read from the interpreters' own folders, `sys.builtin_module_names` and `sys.stdlib_module_names`.
3.14: CPython's `Python/stdlib_module_names.h`, and the module index of its documentation. 3.15: "What's new in Python
3.15" and typeshed's `stdlib/VERSIONS`. Left out are modules of other systems (winreg, msvcrt, msilib,
asyncio.windows_events), those of CPython's own tests, and private modules below a package.
"""

from __future__ import annotations

import enum
import functools
from typing import Optional

FIRST_MINOR, LAST_MINOR = 8, 15

# Package -> modules in it; "" for those at the top. `@11-` is from 3.11 on, `@-12` up to 3.12, neither: in all of them
# that have the package.
_NAMES = {
    "": """
__future__ _abc _ast _ast_unparse@14- _asyncio _bisect _blake2 _bootlocale@-9 _bootsubprocess@9-11 _bz2
_codecs _codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw _collections
_collections_abc _colorize@13- _compat_pickle _compression@-13 _contextvars _crypt@-12 _csv _ctypes
_curses _curses_panel _datetime _dbm _decimal _dummy_thread@-8 _elementtree _frozen_importlib@10-
_frozen_importlib_external@10- _functools _gdbm _hashlib _heapq _hmac@14- _imp _interpchannels@13-
_interpqueues@13- _interpreters@13- _io _json _locale _lsprof _lzma _markupbase _math_integer@15- _md5
_multibytecodec _multiprocessing _opcode _opcode_metadata@13- _operator _peg_parser@9-9 _pickle
_posixshmem _posixsubprocess _py_abc _py_warnings@14- _pydatetime@12- _pydecimal _pyio _pylong@12-
_pyrepl@13- _queue _random _remote_debugging@14- _sha1 _sha2@12- _sha256@-11 _sha3 _sha512@-11 _signal
_sitebuiltins _socket _sqlite3 _sre _ssl _stat _statistics _string _strptime _struct _suggestions@13-
_symtable _sysconfig@13- _thread _threading_local _tkinter _tokenize@11- _tracemalloc _types@14-
_typing@11- _uuid _warnings _weakref _weakrefset _zoneinfo@9- _zstd@14- abc aifc@-12 annotationlib@14-
antigravity argparse array ast asynchat@-11 asyncio asyncore@-11 atexit audioop@-12 base64 bdb binascii
binhex@-10 bisect builtins bz2 cProfile calendar cgi@-12 cgitb@-12 chunk@-12 cmath cmd code codecs codeop
collections colorsys compileall compression@14- concurrent configparser contextlib contextvars copy
copyreg crypt@-12 csv ctypes curses dataclasses datetime dbm decimal difflib dis distutils@-11 doctest
dummy_threading@-8 email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch
formatter@-9 fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib@9- grp gzip
hashlib heapq hmac html http idlelib imaplib imghdr@-12 imp@-11 importlib inspect io ipaddress itertools
json keyword lib2to3@-12 linecache locale logging lzma mailbox mailcap@-12 marshal math mimetypes mmap
modulefinder multiprocessing netrc nis@-12 nntplib@-12 ntpath nturl2path numbers opcode operator optparse
os ossaudiodev@-12 parser@-9 pathlib pdb pickle pickletools pipes@-12 pkgutil platform plistlib poplib
posix posixpath pprint profile profiling@15- pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat
queue quopri random re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve
shlex shutil signal site smtpd@-11 smtplib sndhdr@-12 socket socketserver spwd@-12 sqlite3 sre_compile@-14
sre_constants@-14 sre_parse@-14 ssl stat statistics string stringprep struct subprocess sunau@-12
symbol@-9 symtable sys sysconfig syslog tabnanny tarfile telnetlib@-12 tempfile termios test textwrap this
threading time timeit tkinter token tokenize tomllib@11- trace traceback tracemalloc tty turtle turtledemo
types typing unicodedata unittest urllib uu@-12 uuid venv warnings wave weakref webbrowser wsgiref
xdrlib@-12 xml xmlrpc zipapp zipfile zipimport zlib zoneinfo@9-
""",
    "asyncio": """
base_events base_futures base_subprocess base_tasks constants coroutines events exceptions format_helpers
futures graph@14- locks log mixins@10- proactor_events protocols queues runners selector_events sslproto
staggered streams subprocess taskgroups@11- tasks threads@9- timeouts@11- tools@14- transports trsock
unix_events
""",
    "collections": "abc",
    "compression": "bz2 gzip lzma zlib zstd",
    "concurrent": "futures interpreters@14-",
    "concurrent.futures": "interpreter@14- process thread",
    "ctypes": "macholib util wintypes",
    "ctypes.macholib": "dyld dylib framework",
    "curses": "ascii has_key panel textpad",
    "dbm": "dumb gnu ndbm sqlite3@13-",
    "distutils": """
archive_util bcppcompiler ccompiler cmd command config core cygwinccompiler debug dep_util dir_util dist
errors extension fancy_getopt file_util filelist log msvc9compiler msvccompiler spawn sysconfig text_file
unixccompiler util version versionpredicate
""",
    "distutils.command": """
bdist bdist_dumb bdist_msi@-10 bdist_rpm bdist_wininst@-9 build build_clib build_ext build_py
build_scripts check clean config install install_data install_egg_info install_headers install_lib
install_scripts register sdist upload
""",
    "email": """
base64mime charset contentmanager encoders errors feedparser generator header headerregistry iterators
message mime parser policy quoprimime utils
""",
    "email.mime": "application audio base image message multipart nonmultipart text",
    "encodings": """
aliases ascii base64_codec big5 big5hkscs bz2_codec charmap cp037 cp1006 cp1026 cp1125 cp1140 cp1250
cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp273 cp424 cp437 cp500 cp720 cp737 cp775 cp850
cp852 cp855 cp856 cp857 cp858 cp860 cp861 cp862 cp863 cp864 cp865 cp866 cp869 cp874 cp875 cp932 cp949
cp950 euc_jis_2004 euc_jisx0213 euc_jp euc_kr gb18030 gb2312 gbk hex_codec hp_roman8 hz idna iso2022_jp
iso2022_jp_1 iso2022_jp_2 iso2022_jp_2004 iso2022_jp_3 iso2022_jp_ext iso2022_kr iso8859_1 iso8859_10
iso8859_11 iso8859_13 iso8859_14 iso8859_15 iso8859_16 iso8859_2 iso8859_3 iso8859_4 iso8859_5 iso8859_6
iso8859_7 iso8859_8 iso8859_9 johab koi8_r koi8_t koi8_u kz1048 latin_1 mac_arabic mac_centeuro@-8
mac_croatian mac_cyrillic mac_farsi mac_greek mac_iceland mac_latin2 mac_roman mac_romanian mac_turkish
palmos ptcp154 punycode quopri_codec raw_unicode_escape rot_13 shift_jis shift_jis_2004 shift_jisx0213
tis_620 undefined unicode_escape utf_16 utf_16_be utf_16_le utf_32 utf_32_be utf_32_le utf_7 utf_8
utf_8_sig uu_codec zlib_codec
""",
    "html": "entities parser",
    "http": "client cookiejar cookies server",
    "importlib": "abc machinery metadata readers@10- resources simple@11- util",
    "importlib.metadata": "diagnose@13-",
    "importlib.resources": "abc@11- readers@11- simple@11-",
    "json": "decoder encoder scanner tool",
    "logging": "config handlers",
    "math": "integer@15-",
    "multiprocessing": """
connection context dummy forkserver heap managers pool popen_fork popen_forkserver popen_spawn_posix
process queues reduction resource_sharer resource_tracker shared_memory sharedctypes spawn synchronize
util
""",
    "multiprocessing.dummy": "connection",
    "os": "path",
    "pathlib": "types@14-",
    "profiling": "sampling tracing",
    "pyexpat": "errors model",
    "sqlite3": "dbapi2 dump",
    "string": "templatelib@14-",
    "tkinter": """
colorchooser commondialog constants dialog dnd filedialog font messagebox scrolledtext simpledialog
tix@-12 ttk
""",
    "unittest": "async_case case loader main mock result runner signals suite util",
    "urllib": "error parse request response robotparser",
    "wsgiref": "handlers headers simple_server types@11- util validate",
    "xml": "dom etree parsers sax utils@15-",
    "xml.dom": "NodeFilter domreg expatbuilder minicompat minidom pulldom xmlbuilder",
    "xml.etree": "ElementInclude ElementPath ElementTree cElementTree",
    "xml.parsers": "expat",
    "xml.parsers.expat": "errors model",
    "xml.sax": "expatreader handler saxutils xmlreader",
    "xmlrpc": "client server",
}

# What is below these is not listed.
_UNLISTED = frozenset({"_pyrepl", "ensurepip", "idlelib", "lib2to3", "pydoc_data", "test", "turtledemo"})

# Modules of other systems, for a message.
_ELSEWHERE = {
    "_overlapped": "Windows",
    "_scproxy": "macOS",
    "_winapi": "Windows",
    "_wmi": "Windows",
    "asyncio.windows_events": "Windows",
    "asyncio.windows_utils": "Windows",
    "encodings.mbcs": "Windows",
    "encodings.oem": "Windows",
    "msilib": "Windows",
    "msvcrt": "Windows",
    "multiprocessing.popen_spawn_win32": "Windows",
    "nt": "Windows",
    "winreg": "Windows",
    "winsound": "Windows",
}


class Standard(enum.Enum):
    """What the standard library of one Python says of a module."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"


def find_module(module: str, minor: int) -> Standard:
    """Return whether a Python's standard library has a module; `UNKNOWN` below what is not listed.

    Args:
        module: Its dotted name.
        minor: Which 3.x; one newer than the last known counts as that.
    """
    spans = _spans()
    minor = min(max(minor, FIRST_MINOR), LAST_MINOR)
    parent = ""
    for part in module.split("."):
        span = spans.get(f"{parent}{part}")
        if span is None:
            package = parent[:-1]
            # A private module below a package comes and goes with any release.
            private = part.startswith("_") and bool(package) and has_modules(package)
            return Standard.UNKNOWN if package in _UNLISTED or private else Standard.ABSENT
        if not span[0] <= minor <= span[1]:
            return Standard.ABSENT
        parent += f"{part}."
    return Standard.PRESENT


def has_modules(package: str) -> bool:
    """Return whether anything is known to be below a module of the standard library.

    Args:
        package: Its dotted name.
    """
    return package in _NAMES or package in _UNLISTED


def versions_of(module: str) -> Optional[tuple[int, int]]:
    """Return the first and last minor version that has a module, within those known; None where none has.

    Args:
        module: Its dotted name.
    """
    spans = _spans()
    first, last, name = FIRST_MINOR, LAST_MINOR, ""
    for part in module.split("."):
        name = f"{name}.{part}" if name else part
        if name not in spans:
            return None
        first, last = max(first, spans[name][0]), min(last, spans[name][1])
    return first, last


def system_of(module: str) -> Optional[str]:
    """Return the operating system that a module of the standard library is for, where that is not Linux.

    Args:
        module: Its dotted name.
    """
    return _ELSEWHERE.get(module)


def is_top_level(name: str) -> bool:
    """Return whether any known Python has a module of that name at the top.

    Args:
        name: A name without a dot.
    """
    return name in _spans()


def top_level_names(minor: int) -> list[str]:
    """Return the names of a Python's modules at the top, for a message.

    Args:
        minor: Which 3.x.
    """
    return [name for name, (first, last) in _spans().items() if "." not in name and first <= minor <= last]


@functools.cache
def _spans() -> dict[str, tuple[int, int]]:
    spans: dict[str, tuple[int, int]] = {}
    for package, text in _NAMES.items():
        prefix = f"{package}." if package else ""
        for word in text.split():
            name, _, versions = word.partition("@")
            first, _, last = versions.partition("-")
            spans[prefix + name] = (int(first or FIRST_MINOR), int(last or LAST_MINOR))
    return spans
