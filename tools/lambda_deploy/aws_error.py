"""AWS's errors, told as this project tells its own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from tools.errors import PleasingError


@contextlib.contextmanager
def told(doing: str) -> Iterator[None]:
    """Turn what the SDK raises into an error for the user.

    Args:
        doing: What is being done, such as `update the code of orders`.

    Raises:
        PleasingError: AWS refused, or could not be reached.
    """
    from botocore.exceptions import (
        BotoCoreError,
        ClientError,
        NoCredentialsError,
        NoRegionError,
        PartialCredentialsError,
        WaiterError,
    )

    try:
        yield
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise PleasingError(
            f"cannot {doing}: no AWS credentials were found; configure them as for the AWS CLI, or pass --profile"
        ) from error
    except NoRegionError as error:
        raise PleasingError(f"cannot {doing}: no Region is set; pass --region, or set AWS_REGION") from error
    except ClientError as error:
        details = error.response.get("Error", {})
        code, message = details.get("Code", "unknown error"), details.get("Message", "")
        raise PleasingError(f"cannot {doing}: AWS says {code}: {message}") from error
    except WaiterError as error:
        raise PleasingError(f"cannot {doing}: {error}") from error
    except BotoCoreError as error:
        raise PleasingError(f"cannot {doing}: {error}") from error
