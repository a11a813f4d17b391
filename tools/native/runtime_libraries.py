"""The libraries that Lambda's Python runtimes bring, in one dated table.

Read on 2026-11-21. No page of AWS lists them, so the table tells what is sure from what is likely.
Sources:

- Amazon Linux 2: `base/base-2/packages.txt` (2020-11-22) and `base/base-2/fs.txt` (2019-05-13) of
  github.com/lambci/docker-lambda, taken from the running service; github.com/lambgeo/docker-lambda, issue 34
  (2022-06-01), for what AWS's container image has on top: libcurl, libxml2, `/var/lang/lib/liblzma.so.5`.
- Amazon Linux 2023: glibc, libgcc, libstdc++ and zlib are dependencies of the system's own tools.
  github.com/amazonlinux/amazon-linux-2023, issue 625 (2024-02-02), for OpenSSL under `/var/lang/lib`.
- What the interpreter links with (bz2, ffi, sqlite, expat, uuid, readline) is there in some form, but under
  which name, and whether outside of the interpreter, is not documented.
- Symbol versions: github.com/mayeut/pep600_compliance, `cache/*/amazonlinux-*.json`, 2025-04-06. For Amazon
  Linux 2023 it found libstdc++ of gcc 14 where gcc 11 is the system's compiler, so its versions are a range:
  present from the first on, and up to the last in newer images.
- Names that every manylinux wheel may rely on: `manylinux-policy.json` of github.com/pypa/auditwheel. It has
  more (X11, GL, glib) than Lambda has, which is no desktop.
"""

from __future__ import annotations

import enum
from typing import NamedTuple, Optional

from tools.aws import facts

READ_ON = "2026-11-21"

_AL2, _AL2023 = "Amazon Linux 2", "Amazon Linux 2023"

# glibc, and what gcc's code cannot do without.
_EVERYWHERE = frozenset(
    {
        "libc.so.6",
        "libm.so.6",
        "libdl.so.2",
        "libpthread.so.0",
        "librt.so.1",
        "libutil.so.1",
        "libresolv.so.2",
        "libanl.so.1",
        "libthread_db.so.1",
        "libgcc_s.so.1",
        "libstdc++.so.6",
        "libz.so.1",
    }
)
_BY_MACHINE = {
    "x86_64": frozenset({"ld-linux-x86-64.so.2", "libmvec.so.1"}),
    "aarch64": frozenset({"ld-linux-aarch64.so.1"}),
}
_BY_SYSTEM = {
    # Split from glibc in Amazon Linux 2023: libnsl and libcrypt are packages of their own there.
    _AL2: frozenset({"libnsl.so.1", "libBrokenLocale.so.1", "libcidn.so.1"}),
    _AL2023: frozenset[str](),
}
_LIKELY = {
    _AL2: frozenset(
        {
            "libacl.so.1",
            "libattr.so.1",
            "libbz2.so.1",
            "libcap.so.2",
            "libcom_err.so.2",
            "libcrypt.so.1",
            "libcrypto.so.10",
            "libcurl.so.4",
            "libexpat.so.1",
            "libffi.so.6",
            "libgmp.so.10",
            "libgssapi_krb5.so.2",
            "libicudata.so.50",
            "libicui18n.so.50",
            "libicuuc.so.50",
            "libk5crypto.so.3",
            "libkeyutils.so.1",
            "libkrb5.so.3",
            "libkrb5support.so.0",
            "liblzma.so.5",
            "libncurses.so.6",
            "libncursesw.so.6",
            "libpcre.so.1",
            "libreadline.so.6",
            "libselinux.so.1",
            "libsqlite3.so.0",
            "libssl.so.10",
            "libtasn1.so.6",
            "libtinfo.so.6",
            "libuuid.so.1",
            "libxml2.so.2",
        }
    ),
    _AL2023: frozenset(
        {
            "libacl.so.1",
            "libattr.so.1",
            "libbz2.so.1",
            "libcap.so.2",
            "libcom_err.so.2",
            "libcrypt.so.2",
            "libcrypto.so.3",
            "libcurl.so.4",
            "libexpat.so.1",
            "libffi.so.8",
            "libgmp.so.10",
            "libgssapi_krb5.so.2",
            "libk5crypto.so.3",
            "libkeyutils.so.1",
            "libkrb5.so.3",
            "libkrb5support.so.0",
            "liblzma.so.5",
            "libncurses.so.6",
            "libncursesw.so.6",
            "libpcre2-8.so.0",
            "libreadline.so.8",
            "libselinux.so.1",
            "libsqlite3.so.0",
            "libssl.so.3",
            "libtinfo.so.6",
            "libuuid.so.1",
            "libxml2.so.2",
            "libzstd.so.1",
        }
    ),
}

# The highest symbol versions in images newer than the ones that tools/aws/facts.py has.
_IN_NEWER_IMAGES = {
    (_AL2023, "GLIBCXX"): (3, 4, 33),
    (_AL2023, "CXXABI"): (1, 3, 15),
}

# Programs that start executables: gABI's PT_INTERP, as the processors' ABI supplements and glibc name them.
INTERPRETERS = {"x86_64": "/lib64/ld-linux-x86-64.so.2", "aarch64": "/lib/ld-linux-aarch64.so.1"}

# Folders in LD_LIBRARY_PATH that a zip's members can be in: dg/configuration-envvars. "" is the zip's root.
LIBRARY_FOLDERS = ("", "lib")


class Presence(enum.Enum):
    """How sure it is that a runtime has a library or a symbol version."""

    SURE = "has"
    LIKELY = "may have"
    MISSING = "has not"


class Bound(NamedTuple):
    """The highest symbol version of one family that a runtime has.

    Attributes:
        sure: Every image has it.
        likely: Newer images have it.
    """

    sure: tuple[int, ...]
    likely: tuple[int, ...]


def library(soname: str, runtime: facts.Runtime, machine: str) -> Presence:
    """Return whether a runtime brings a library.

    Args:
        soname: As `DT_NEEDED` names it.
        runtime: Lambda's runtime.
        machine: As `uname -m` spells it.
    """
    if (
        soname in _EVERYWHERE
        or soname in _BY_MACHINE.get(machine, ())
        or soname in _BY_SYSTEM[runtime.system]
    ):
        return Presence.SURE
    own_python = "libpython{}.{}.so.1.0".format(*runtime.python)
    if soname in _LIKELY[runtime.system] or soname in (own_python, "libpython3.so"):
        return Presence.LIKELY
    return Presence.MISSING


def symbols(family: str, runtime: facts.Runtime) -> Optional[Bound]:
    """Return the highest version of a family of symbols that a runtime has.

    Args:
        family: Such as `GLIBC`.
        runtime: Lambda's runtime.

    Returns:
        The bound, or None where nothing is known of the family.
    """
    sure: Optional[tuple[int, ...]] = {
        "GLIBC": runtime.glibc,
        "GLIBCXX": runtime.glibcxx,
        "CXXABI": runtime.cxxabi,
    }.get(family)
    if sure is None:
        return None
    return Bound(sure, max(sure, _IN_NEWER_IMAGES.get((runtime.system, family), sure)))
