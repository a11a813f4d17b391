"""How each tool runs: from its parsed arguments to its exit status, and to whatever it says on the way."""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
from collections.abc import Sequence
from typing import Callable, Optional, TextIO

from tools.errors import PleasingError

_FAILED = 1
# As shells have it for a process that SIGINT ended.
_INTERRUPTED = 130


def run(
    parser: argparse.ArgumentParser,
    arguments: Optional[Sequence[str]],
    action: Callable[[argparse.Namespace], Optional[int]],
    where: Callable[[argparse.Namespace], str],
    *,
    collects_garbage: bool = True,
) -> int:
    """Run a tool, and return its exit status: what the action returned, 1 for an error, 130 for Ctrl-C.

    An error that a user can cause is told without a traceback. Nothing secret is in it, and no control character.

    Args:
        parser: Reads the command line. It ends the process with status 2 where it cannot.
        arguments: The command line without the program's name; the process's where not given.
        action: What the tool does. Its status is 0 where it returns None.
        where: The target or the file that errors are about, such as `//svc:lambda`.
        collects_garbage: Whether Python looks for garbage meanwhile. Where what is made lives to the end, it finds
            none, and takes up to a sixth of the time.
    """
    for stream in (sys.stdout, sys.stderr):
        # A name that the terminal has no letters for is no reason to fail.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    options = parser.parse_args(arguments)
    was_collecting = gc.isenabled()
    if not collects_garbage:
        gc.disable()
    try:
        status = action(options) or 0
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Whoever reads the output has seen enough. Python would complain once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return _INTERRUPTED
    except PleasingError as error:
        told = error
    except RecursionError:
        told = PleasingError("cannot go on: a file of the input is nested too deeply to be read")
    except UnicodeError as error:
        told = PleasingError(f"cannot go on: a text of the input cannot be written ({error})")
    except OSError as error:
        # What can go wrong in a foreseen place is told there, and better.
        told = PleasingError(f"cannot go on: {error}")
    finally:
        if was_collecting:
            gc.enable()
    say(told.render(where(options)), sys.stderr)
    return _FAILED


def say(text: str, stream: Optional[TextIO] = None) -> None:
    """Write a text for the user, and end its line: without secrets and without control characters.

    Args:
        text: The text, of one line or several.
        stream: Where it goes; standard output where not given.
    """
    from tools.scrub import scrub

    (sys.stdout if stream is None else stream).write(printable(scrub(text)) + "\n")


def printable(text: str) -> str:
    r"""Return a text whose characters all show on a terminal: others are escaped, as `\x1b` or `\u202e`.

    Args:
        text: Any text. Its lines stay lines, and tabs stay tabs.
    """
    if text.isprintable():
        return text
    return "".join(
        character
        if character in "\n\t" or character.isprintable()
        else character.encode("unicode_escape").decode("ascii")
        for character in text
    )
