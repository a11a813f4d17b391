"""Sam: AWS' Serverless Application Model, as its command line builds a function."""

from __future__ import annotations

from bench import peer
from bench.function import Function
from bench.measure import Cost
from bench.packagers.packager import SourceFolder
from bench.place import Place


class Sam(SourceFolder):
    """`sam build --cached`, without Docker, and `zip`: `sam deploy` zips what it leaves."""

    title = "sam build --cached, zip"

    def __init__(self, place: Place, function: Function) -> None:
        self._sam = peer.program(place, "aws-sam-cli", "sam")
        super().__init__(place, function, "sam")
        (self._folder / "template.yaml").write_text(sam_template(place, {"Function": (function, "src")}))

    def build(self) -> Cost:
        """Build and zip."""
        cost = self._run(self._sam, "build", "--cached")
        return cost + self._zip(self._folder / ".aws-sam" / "build" / "Function")


def sam_template(place: Place, functions: dict[str, tuple[Function, str]]) -> str:
    """Return a template for `sam build`.

    Args:
        place: Knows the runtime.
        functions: Logical name -> function and folder.
    """
    lines: list[str] = ["Transform: AWS::Serverless-2016-10-31", "Resources:"]
    for name, (function, folder) in functions.items():
        lines += [
            f"  {name}:",
            "    Type: AWS::Serverless::Function",
            "    Properties:",
            f"      Runtime: {place.runtime}",
            "      Architectures: [x86_64]",
            f"      Handler: {function.name}.handler",
            f"      CodeUri: {folder}",
        ]
    return "\n".join(lines) + "\n"
