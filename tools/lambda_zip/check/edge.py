"""Edge: what CloudFront refuses of a function, or what fails at the edge, told when the zip is made."""

from __future__ import annotations

from collections.abc import Sequence

from tools.aws.facts import Architecture, Runtime
from tools.cloudfront.facts import ARCHITECTURE, EVENTS, RESERVED_VARIABLES, EdgeEvent
from tools.errors import PleasingError
from tools.imports.module_source import parse_module
from tools.lambda_zip.place.layout import Placed
from tools.lambda_zip.read.pex import Area
from tools.lambda_zip.warning import BuildWarning, WarningKind

_RESTRICTIONS = "CloudFront dg, Restrictions on Lambda@Edge"


def parse_edge(text: str) -> EdgeEvent:
    """Return the event that a function is for.

    Args:
        text: As CloudFront spells it, such as `viewer-request`.

    Raises:
        PleasingError: CloudFront has no such event.
    """
    event = EVENTS.get(text)
    if event is None:
        raise PleasingError(f"edge {text!r} is no event of CloudFront; write one of {', '.join(EVENTS)}")
    return event


def check_edge(
    placed: Sequence[Placed], event: EdgeEvent, runtime: Runtime, architecture: Architecture
) -> list[BuildWarning]:
    """Check that a function can run at the edge, and return warnings.

    Args:
        placed: What goes into the zip.
        event: The event that the function is for.
        runtime: The function's runtime.
        architecture: The function's architecture.

    Raises:
        PleasingError: CloudFront would refuse the function, or it would fail there; all problems at once.
    """
    problems = []
    if architecture.name != ARCHITECTURE:
        problems.append(
            f"edge = {event.name!r}: Lambda@Edge has no {architecture.name} ({_RESTRICTIONS}); "
            f"set architecture = {ARCHITECTURE!r}"
        )
    warnings: list[BuildWarning] = []
    for item in placed:
        if item.area is Area.FIRST_PARTY and item.name.endswith(".py"):
            _check_environment(item, event, problems, warnings)
    if problems:
        raise PleasingError(problems)
    return warnings


def _check_environment(
    item: Placed, event: EdgeEvent, problems: list[str], warnings: list[BuildWarning]
) -> None:
    source = item.member.read()
    # Nearly no module reads the environment, and parsing is what takes the time.
    if b"environ" not in source and b"getenv" not in source:
        return
    from tools.cloudfront.environment import variable_reads

    tree = parse_module(source, item.name)
    if isinstance(tree, Exception):
        return  # The check of the handler's module, or of imports, tells of it.
    for read in variable_reads(tree):
        where = f"{item.path}:{read.line}"
        if read.name in RESERVED_VARIABLES:
            continue
        if read.name is None:
            text = f"{where} reads an environment variable whose name only running it would tell"
            warnings.append(BuildWarning(WarningKind.EDGE, f"{text}; Lambda@Edge sets none but Lambda's own"))
        elif read.has_default:
            text = f"{where}: {read.name} is never set at the edge, so that its default always holds"
            warnings.append(BuildWarning(WarningKind.EDGE, text))
        else:
            problems.append(
                f"{where} reads the environment variable {read.name}, and {event.name} functions have none "
                f"but Lambda's own ({_RESTRICTIONS}). Put it in the rule: config = {{{read.name!r}: ...}}, and "
                "read it from the module that python_lambda makes of that"
            )
