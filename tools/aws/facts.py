"""Runtimes, architectures and limits of AWS Lambda and Lambda@Edge, in one dated table.

Read on 2026-11-21. "dg" is the AWS Lambda Developer Guide; CloudFront's numbers are on its pages "Quotas" and
"Restrictions on Lambda@Edge". Change a number here and its source with it; nothing else holds a copy.
"""

from __future__ import annotations

from typing import NamedTuple, Optional

READ_ON = "2026-11-21"


class Runtime(NamedTuple):
    """One of Lambda's managed Python runtimes.

    Attributes:
        name: As AWS spells it, such as `python3.12`.
        python: Major and minor version of the interpreter.
        system: The operating system that it runs on.
        glibc: Version of the C library there.
        glibcxx: Highest `GLIBCXX_` symbol version of the libstdc++ there.
        cxxabi: Highest `CXXABI_` symbol version of the libstdc++ there.
        deprecated: ISO date from which AWS no longer maintains it; None where there is none yet.
        create_blocked: ISO date from which no function can be created with it; None where there is none yet.
        update_blocked: ISO date from which no function of it can be updated, likewise.
    """

    name: str
    python: tuple[int, int]
    system: str
    glibc: tuple[int, int]
    glibcxx: tuple[int, int, int]
    cxxabi: tuple[int, int, int]
    deprecated: Optional[str]
    create_blocked: Optional[str] = None
    update_blocked: Optional[str] = None


class Architecture(NamedTuple):
    """One of Lambda's instruction sets.

    Attributes:
        name: As AWS spells it.
        machine: As Python, wheels' platform tags and `uname -m` spell it on Linux.
        please: As Please spells it in `CONFIG.ARCH`.
        elf_machine: `e_machine` in an ELF header.
    """

    name: str
    machine: str
    please: str
    elf_machine: int


class SizeLimit(NamedTuple):
    """A cap that AWS puts on a deployment package.

    Attributes:
        name: The preset's name in `max_size` or `max_unzipped_size`.
        size: Bytes.
        source: Where AWS says so.
    """

    name: str
    size: int
    source: str


# Runtimes and dates: dg/lambda-runtimes. glibc: aws-lambda-builders, pull request 752, and the systems' own
# packages (glibc 2.26 and gcc 7.3 in Amazon Linux 2, glibc 2.34 and gcc 11.4 in Amazon Linux 2023); gcc's
# manual, "ABI Policy and Guidelines", maps gcc to GLIBCXX_ and CXXABI_. Dates when functions are blocked: the
# table of runtimes in cfn-lint 1.58.
_AL2 = ("Amazon Linux 2", (2, 26), (3, 4, 24), (1, 3, 11))
_BLOCKED = ("2027-02-01", "2027-03-03")
_AL2023 = ("Amazon Linux 2023", (2, 34), (3, 4, 29), (1, 3, 13))

RUNTIMES: dict[str, Runtime] = {
    runtime.name: runtime
    for runtime in (
        Runtime("python3.8", (3, 8), *_AL2, "2024-10-14", *_BLOCKED),
        Runtime("python3.9", (3, 9), *_AL2, "2025-12-15", *_BLOCKED),
        Runtime("python3.10", (3, 10), *_AL2, "2026-10-31", *_BLOCKED),
        Runtime("python3.11", (3, 11), *_AL2, "2027-06-30"),
        Runtime("python3.12", (3, 12), *_AL2023, "2028-10-31"),
        Runtime("python3.13", (3, 13), *_AL2023, "2029-06-30"),
        Runtime("python3.14", (3, 14), *_AL2023, "2029-06-30"),
    )
}

# In AWS's API and in public preview since 2026-07-24 (botocore of November 2026; roadmap of Lambda, 55). Its system
# and its C library could not be read: those of the newest runtime are taken for them.
PREVIEW_RUNTIMES: dict[str, Runtime] = {
    "python3.15": Runtime("python3.15", (3, 15), *_AL2023, None),
}

# dg/foundation-arch.
ARCHITECTURES: dict[str, Architecture] = {
    architecture.name: architecture
    for architecture in (
        Architecture("x86_64", "x86_64", "amd64", 62),
        Architecture("arm64", "aarch64", "arm64", 183),
    )
}

# dg/gettingstarted-limits ("Deployment package") and CloudFront's quotas. The service's own error for a viewer
# function still says "Max allowed: 1048576".
ZIP_LIMITS: dict[str, SizeLimit] = {
    limit.name: limit
    for limit in (
        SizeLimit("edge-viewer", 1_048_576, "CloudFront quotas, viewer request and response"),
        SizeLimit("edge-origin", 52_428_800, "CloudFront quotas, origin request and response"),
        SizeLimit("direct-upload", 52_428_800, "dg/gettingstarted-limits, zipped, direct upload"),
    )
}

UNZIPPED_LIMITS: dict[str, SizeLimit] = {
    limit.name: limit
    for limit in (SizeLimit("lambda", 262_144_000, "dg/gettingstarted-limits, unzipped, layers included"),)
}

# dg/gettingstarted-limits, layers a function.
MAX_LAYERS = 5

# API_FunctionConfiguration, "Handler".
MAX_HANDLER_LENGTH = 128


def runtime_of_python(python: tuple[int, int]) -> Optional[Runtime]:
    """Return the runtime with that interpreter, or None where Lambda has none. Previews are none yet.

    Args:
        python: Major and minor version.
    """
    return RUNTIMES.get(f"python{python[0]}.{python[1]}")
