"""Deploys the zip that `plz build //examples/echo:lambda` writes, by the CDK: `cdk deploy --app "python3 app.py"`."""

from __future__ import annotations

import json
from pathlib import Path

import aws_cdk
from aws_cdk import aws_lambda

BUILT = Path(__file__).resolve().parents[3] / "plz-out" / "gen" / "examples" / "echo"

# AWS's names of architectures, and the CDK's.
ARCHITECTURES = {"x86_64": aws_lambda.Architecture.X86_64, "arm64": aws_lambda.Architecture.ARM_64}


def main() -> None:
    """Writes the template of a stack with the function."""
    manifest = json.loads((BUILT / "lambda.json").read_bytes())
    app = aws_cdk.App()
    stack = aws_cdk.Stack(app, "echo")
    aws_lambda.Function(
        stack,
        "Echo",
        # With the manifest's hash the CDK does not read the zip, and a new zip is a new asset.
        code=aws_lambda.Code.from_asset(str(BUILT / "lambda.zip"), asset_hash=manifest["sha256"]),
        handler=manifest["handler"]["entry"],
        runtime=aws_lambda.Runtime(manifest["runtime"], aws_lambda.RuntimeFamily.PYTHON),
        architecture=ARCHITECTURES[manifest["architecture"]],
    )
    app.synth()


if __name__ == "__main__":
    main()
