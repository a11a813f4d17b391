"""Rules file: the BUILD file of the proposed layers."""

from __future__ import annotations

from pathlib import Path

from tools.errors import PleasingError

_BEGIN = "# lambda_layers: begin. Made by lambda_layers; what stands up to the end is made anew.\n"
_END = "# lambda_layers: end.\n"
_INCLUDE = 'subinclude("///awslambda//build_defs:awslambda")\n'


def write_rules(path: Path, rules: str) -> None:
    """Write rules into a BUILD file. What else it has stays.

    Args:
        path: The file. It is made where it is not there.
        rules: The rules.

    Raises:
        PleasingError: It cannot be written, or has the one mark and not the other.
    """
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else f"{_INCLUDE}\n{_BEGIN}{_END}"
        if (text.count(_BEGIN), text.count(_END)) not in ((0, 0), (1, 1)):
            raise PleasingError(
                f"{path} has not one line {_BEGIN.strip()!r} and one line {_END.strip()!r} behind it; mend them, "
                "or take both out"
            )
        if _BEGIN not in text:
            text = f"{text.rstrip()}\n\n{_BEGIN}{_END}"
        head, _, rest = text.partition(_BEGIN)
        _, mark, tail = rest.partition(_END)
        if not mark:
            raise PleasingError(
                f"{path} has its line {_END.strip()!r} before {_BEGIN.strip()!r}; take both out"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{head}{_BEGIN}\n{rules}\n{_END}{tail}", encoding="utf-8")
    except OSError as error:
        raise PleasingError(f"{path} cannot be written: {error.strerror}") from error
