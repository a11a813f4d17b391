"""Fitness: whether a function, as it is configured, can run a zip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from tools.aws.execution import MEMORY, TIMEOUT
from tools.cloudfront.facts import EVENTS, MAX_TMP, REGION
from tools.lambda_deploy.package import Package

_EDGE = "CloudFront dg, Restrictions on Lambda@Edge"


class Fitness(NamedTuple):
    """What keeps a function from running a zip, and what its user should check."""

    problems: list[str]
    warnings: list[str]


def fitness(package: Package, configuration: Mapping[str, Any], region: str) -> Fitness:
    """Hold a function's configuration against the zip that it is to run.

    Args:
        package: The zip.
        configuration: As Lambda's GetFunctionConfiguration returns it.
        region: The Region of the function.
    """
    problems: list[str] = []
    warnings: list[str] = []
    if configuration.get("PackageType", "Zip") != "Zip":
        problems.append("the function is made from a container image, which no zip can replace")
        return Fitness(problems, warnings)
    runtime = configuration.get("Runtime")
    if runtime != package.runtime:
        problems.append(
            f"the function's runtime is {runtime}, and the zip is for {package.runtime}; set runtime = "
            f"{runtime!r} in the rule, or change the function's"
        )
    architectures = configuration.get("Architectures") or ["x86_64"]
    if architectures != [package.architecture]:
        found = ", ".join(architectures)
        problems.append(
            f"the function's architecture is {found}, and the zip is for {package.architecture}; set "
            f"architecture = {found!r} in the rule, or change the function's"
        )
    handler = configuration.get("Handler")
    if handler not in package.handlers:
        entry, direct = package.handlers
        warnings.append(f"the function's handler is {handler}; the zip has {entry}, which is {direct}")
    if package.edge is not None:
        problems.extend(_edge_problems(package.edge, configuration, region))
    return Fitness(problems, warnings)


def _edge_problems(edge: str, configuration: Mapping[str, Any], region: str) -> list[str]:
    found = []
    if region != REGION:
        found.append(f"is in {region}; it must be in {REGION}")
    if configuration.get("Environment", {}).get("Variables"):
        found.append("has environment variables")
    if configuration.get("Layers"):
        found.append("has layers")
    if configuration.get("VpcConfig", {}).get("SubnetIds"):
        found.append("is in a VPC")
    if configuration.get("DeadLetterConfig", {}).get("TargetArn"):
        found.append("has a dead-letter queue")
    if configuration.get("TracingConfig", {}).get("Mode") == "Active":
        found.append("has X-Ray tracing")
    storage = configuration.get("EphemeralStorage", {}).get("Size", MAX_TMP)
    if storage > MAX_TMP:
        found.append(f"has {storage} MB of /tmp; it may have {MAX_TMP}")
    event = EVENTS[edge]
    timeout = configuration.get("Timeout", TIMEOUT.default)
    if timeout > event.timeout:
        found.append(f"has a timeout of {timeout} s; {edge} functions may have {event.timeout}")
    memory = configuration.get("MemorySize", MEMORY.default)
    if event.max_memory is not None and memory > event.max_memory:
        found.append(f"has {memory} MB of memory; {edge} functions may have {event.max_memory}")
    return [f"the function {text}, which CloudFront refuses ({_EDGE})" for text in found]
