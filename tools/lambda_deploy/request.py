"""Request: what a user asks of a deployment."""

from __future__ import annotations

from typing import NamedTuple, Optional


class Request(NamedTuple):
    """What to deploy to, and how.

    Attributes:
        function: Name or ARN of the function.
        publish: Whether to publish a version.
        alias: The alias to move to that version; None for none.
        bucket: The bucket to upload through; None sends the zip to Lambda itself.
        key: The object's key in the bucket; None makes one of the function's name and the zip's hash.
        reference: Whether Lambda reads the zip from the bucket instead of copying it.
        dry_run: Whether to change nothing, and say what would be done.
        timeout: Seconds to wait for the function to become active.
    """

    function: str
    publish: bool = False
    alias: Optional[str] = None
    bucket: Optional[str] = None
    key: Optional[str] = None
    reference: bool = False
    dry_run: bool = False
    timeout: int = 300
