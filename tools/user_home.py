"""The user's own home: where pip's configuration, `.netrc` and cache are, which Please hides from actions."""

from __future__ import annotations

import os
from collections.abc import Mapping


def home_of_user(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variable that leads pip to its user's configuration, `.netrc` and cache.

    Nothing, where it does so already.

    Please runs an action with its own folder as HOME, so that no tool reads what is not declared. Where a
    distribution comes from is its user's business and not the rule's, and its hash vouches for it.

    Args:
        variables: The environment.
    """
    home = variables.get("HOME")
    if home is None or home != variables.get("TMP_DIR"):
        return {}
    try:
        import pwd

        return {"HOME": pwd.getpwuid(os.getuid()).pw_dir}
    except (ImportError, KeyError):
        # Workers in containers may run as a user that has no name.
        return {}
