"""The command line of lambda_deploy."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from tools import command


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the command, and return its exit status: 0, or 1 where the zip cannot be deployed.

    Args:
        arguments: The command line without the program's name; the process's where not given.
    """
    return command.run(_parser(), arguments, _run, lambda parsed: parsed.target or parsed.zip.name)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lambda_deploy",
        description="Deploys a zip of python_lambda to a function of Lambda, if its code has changed.",
        epilog="Credentials and the Region are found as the AWS CLI finds them.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("zip", type=Path, metavar="APP.zip", help="the zip")
    add("manifest", type=Path, metavar="APP.json", help="its manifest")
    add("--target", metavar="LABEL", help="the rule's label, for messages")
    add("--function", required=True, metavar="NAME", help="name or ARN of the function, which must exist")
    add("--region", metavar="REGION", help="the function's Region (default: as the AWS CLI finds it)")
    add("--profile", metavar="NAME", help="profile of the AWS CLI's configuration")
    add("--publish", action="store_true", help="publish a version; a function at the edge always is")
    add("--alias", metavar="NAME", help="publish a version, and move or make this alias to it")
    add("--s3-bucket", metavar="BUCKET", help="upload through this bucket; needed for zips above 50 MiB")
    add("--s3-key", metavar="KEY", help="the object's key (default: made of the zip's hash)")
    add(
        "--s3-reference",
        action="store_true",
        help="have Lambda read the zip from the bucket, which must keep versions, and not copy it",
    )
    add("--dry-run", action="store_true", help="change nothing; say what would be done")
    add("--timeout", type=_seconds, default=300, metavar="SECONDS", help="how long to wait (default: 300)")
    return parser


def _seconds(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds")
    return int(text)


def _run(parsed: argparse.Namespace) -> None:
    from tools.errors import PleasingError
    from tools.lambda_deploy.package import read_package
    from tools.lambda_deploy.request import Request

    if parsed.s3_bucket is None and (parsed.s3_key or parsed.s3_reference):
        raise PleasingError("--s3-key and --s3-reference go with --s3-bucket; name the bucket")
    package = read_package(parsed.zip, parsed.manifest)
    request = Request(
        function=parsed.function,
        publish=parsed.publish,
        alias=parsed.alias,
        bucket=parsed.s3_bucket,
        key=parsed.s3_key,
        reference=parsed.s3_reference,
        dry_run=parsed.dry_run,
        timeout=parsed.timeout,
    )
    try:
        import boto3
    except ImportError as error:
        raise PleasingError(
            "boto3 is not installed here; `plz run` brings it, or: pip install boto3"
        ) from error
    from tools.lambda_deploy.aws_error import told
    from tools.lambda_deploy.deploy import Deployment

    with told("start"):
        session = boto3.session.Session(profile_name=parsed.profile, region_name=parsed.region)
    Deployment(package, request, session, command.say).run()
