"""The command line of lambda_invoke."""

from __future__ import annotations

import argparse
import functools
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from tools.command import run
from tools.errors import PleasingError

if TYPE_CHECKING:
    from tools.lambda_invoke.setup import Setup

# Without a width, argparse asks the terminal for one at each argument.
_HELP = functools.partial(argparse.HelpFormatter, width=80)
_TEST = "test"


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the command, and return its exit status: 0, or 1 where the function failed or could not be run.

    Args:
        arguments: The command line without the program's name; the process's where not given.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == [_TEST]:
        return run(_test_parser(), words[1:], _test, _where)
    return run(_parser(), words, _invoke, _where)


def _where(options: argparse.Namespace) -> str:
    return str(options.target or options.zip)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lambda_invoke",
        description="Runs a function's zip as AWS Lambda runs it.",
        epilog="lambda_invoke test APP.zip ... runs its tests: lambda_invoke test --help.",
        formatter_class=_HELP,
        allow_abbrev=False,
    )
    _add_function(parser)
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--event",
        default="-",
        metavar="FILE|-|SAMPLE",
        help="a file, - for standard input (default), or a sample",
    )
    how.add_argument(
        "--serve", type=int, metavar="PORT", help="answer invocations on loopback until interrupted"
    )
    how.add_argument("--samples", action="store_true", help="list the sample events")
    parser.add_argument(
        "--watch", action="store_true", help="with --serve: start anew when the zip is built anew"
    )
    parser.add_argument(
        "--client-context", metavar="JSON", help="what the handler finds in context.client_context"
    )
    return parser


def _test_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lambda_invoke test",
        description="Tests a function's zip, and writes JUnit XML.",
        formatter_class=_HELP,
        allow_abbrev=False,
    )
    _add_function(parser)
    pair = {"action": "append", "nargs": 2, "default": []}
    parser.add_argument("--case", metavar=("EVENT", "RESPONSE"), help="files of JSON", **pair)  # type: ignore[arg-type]
    parser.add_argument("--error", metavar=("EVENT", "TYPE"), help="an error's type", **pair)  # type: ignore[arg-type]
    parser.add_argument(
        "--match", choices=("exact", "subset"), default="exact", help="how responses are compared"
    )
    parser.add_argument("--srcs", nargs="*", default=[], metavar="FILE", help="files of pytest")
    parser.add_argument(
        "--pytest", nargs="*", default=[], type=Path, metavar="ZIP", help="pytest and what it needs"
    )
    parser.add_argument("--smoke", action="store_true", help="only import the handler")
    parser.add_argument("--results", type=Path, metavar="FILE", help="the JUnit XML to write")
    parser.add_argument(
        "--coverage", type=Path, metavar="FILE", help="the coverage to write, as Cobertura XML"
    )
    parser.add_argument(
        "--coverage-lib",
        nargs="*",
        default=[],
        type=Path,
        metavar="ZIP",
        help="coverage.py, which --coverage needs",
    )
    parser.add_argument(
        "--missing-interpreter",
        choices=("fail", "skip"),
        default="fail",
        help="where there is no interpreter",
    )
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="cases to run (default: all)")
    return parser


def _add_function(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("zip", type=Path, nargs="?", metavar="APP.zip", help="what python_lambda has built")
    parser.add_argument("--manifest", type=Path, metavar="APP.json", help="its manifest (default: beside it)")
    parser.add_argument("--target", metavar="LABEL", help="the rule's label, for messages")
    parser.add_argument(
        "--name", default="function", help="what the function is called (default: %(default)s)"
    )
    parser.add_argument(
        "--client", nargs="*", default=[], type=Path, metavar="ZIP", help="awslambdaric and what it needs"
    )
    parser.add_argument(
        "--module-dir", default="third_party/python", metavar="FOLDER", help="where packages are in those"
    )
    parser.add_argument(
        "--runtime-libs",
        nargs="*",
        default=[],
        type=Path,
        metavar="ZIP",
        help="what Lambda's runtime brings, as boto3",
    )
    parser.add_argument("--layers", nargs="*", default=[], type=Path, metavar="ZIP", help="its layers' zips")
    parser.add_argument(
        "--interpreter",
        action="append",
        default=[],
        metavar="PROGRAM",
        help="a Python to use; may be repeated",
    )
    parser.add_argument("--memory", type=int, metavar="MB", help="default: 128")
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="default: 3; at the edge 5 or 30")
    parser.add_argument("--tmp", type=int, metavar="MB", help="size of /tmp (default: 512)")
    parser.add_argument(
        "--edge",
        choices=("viewer-request", "viewer-response", "origin-request", "origin-response"),
        help="CloudFront's event whose limits it has (default: by the zip's cap)",
    )
    parser.add_argument(
        "--env", action="append", default=[], metavar="NAME=VALUE", help="a variable of its own"
    )
    parser.add_argument(
        "--pass-env", action="append", default=[], metavar="NAME", help="one of this machine's"
    )
    parser.add_argument("--network", action="store_true", help="let it use this machine's network")
    parser.add_argument(
        "--isolation",
        choices=("full", "shared-processes", "plain"),
        default="full",
        help="how far to separate it at most (default: %(default)s)",
    )


def _setup(options: argparse.Namespace) -> Setup:
    from tools.lambda_invoke.function import read_function
    from tools.lambda_invoke.interpreter import find_interpreter
    from tools.lambda_invoke.limits import limits_of
    from tools.lambda_invoke.machine import check_machine
    from tools.lambda_invoke.runtime_parts import client_parts
    from tools.lambda_invoke.setup import Setup
    from tools.lambda_invoke.variables import given_variables

    if options.zip is None:
        raise PleasingError("there is no zip: lambda_invoke APP.zip --event FILE")
    function = read_function(options.zip, options.manifest)
    if options.edge:
        function = function._replace(edge=options.edge)
    limits = limits_of(options.memory, options.timeout, options.tmp, function.edge)
    variables = given_variables(options.env, options.pass_env, os.environ)
    parts = client_parts(options.client)
    check_machine(function)
    interpreter = find_interpreter(function.runtime, options.interpreter, os.environ.get("PATH", os.defpath))
    return Setup(
        function=function,
        interpreter=interpreter,
        limits=limits,
        client=[str(path) for path in (*parts, *options.runtime_libs)],
        layers=[str(path) for path in options.layers],
        variables=variables,
        network=options.network,
        isolation=options.isolation,
        name=options.name,
        module_dir=options.module_dir,
    )


def _invoke(options: argparse.Namespace) -> int:
    from tools.lambda_invoke.samples import NAMES

    if options.samples:
        print("\n".join(NAMES))  # noqa: T201
        return 0
    if options.watch and options.serve is None:
        raise PleasingError("--watch goes with --serve PORT")
    from tools.lambda_invoke.stopping import stopping

    setup = _setup(options)
    if options.serve is not None:
        from tools.lambda_invoke.serve import serve

        with stopping():
            serve(setup, options.serve, options.watch, _where(options))
        return 0
    from tools.lambda_invoke.event import read_event
    from tools.lambda_invoke.once import invoke_once

    with stopping():
        return invoke_once(setup, read_event(options.event), options.client_context, _where(options))


def _test(options: argparse.Namespace) -> int:
    from tools.lambda_invoke.run_tests import run_tests
    from tools.lambda_invoke.stopping import stopping

    with stopping():
        return run_tests(options, functools.partial(_setup, options), _where(options))
