"""Upload: a zip into a bucket, once for each content."""

from __future__ import annotations

from typing import Any, NamedTuple, Optional

from tools.errors import PleasingError
from tools.lambda_deploy.aws_error import told
from tools.lambda_deploy.package import Package
from tools.lambda_deploy.request import Request


class Uploaded(NamedTuple):
    """A zip in a bucket.

    Attributes:
        bucket: The bucket.
        key: The object's key.
        version: The object's version; None where the bucket has none.
        was_there: Whether it had been uploaded before.
    """

    bucket: str
    key: str
    version: Optional[str]
    was_there: bool


def object_key(request: Request, package: Package) -> str:
    """Return the key of a zip in its bucket: one for each content, unless the user names it.

    Args:
        request: What the user asks.
        package: The zip.
    """
    name = request.function.rpartition(":")[2]
    return request.key or f"{name}/{package.sha256}.zip"


def upload(client: Any, request: Request, package: Package) -> Uploaded:
    """Put a zip into its bucket, unless the very same is there.

    Args:
        client: The SDK's client of S3.
        request: What the user asks.
        package: The zip.

    Raises:
        PleasingError: The bucket cannot be written to, or has no versions where Lambda is to refer to one.
    """
    from botocore.exceptions import ClientError

    assert request.bucket is not None
    bucket, key = request.bucket, object_key(request, package)
    with told(f"upload {package.path.name} to s3://{bucket}/{key}"):
        try:
            found = client.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            # Without permission to list, S3 answers 403 for what is not there.
            if error.response.get("Error", {}).get("Code") not in ("404", "403", "NoSuchKey"):
                raise
            found = None
        if found is not None and found.get("Metadata", {}).get("sha256") == package.sha256:
            uploaded = Uploaded(bucket, key, found.get("VersionId"), True)
        else:
            with package.path.open("rb") as body:
                answer = client.put_object(
                    Bucket=bucket, Key=key, Body=body, Metadata={"sha256": package.sha256}
                )
            uploaded = Uploaded(bucket, key, answer.get("VersionId"), False)
    if request.reference and uploaded.version in (None, "null"):
        raise PleasingError(
            f"--s3-reference needs a bucket with versions, and {bucket} has none; turn versioning on, or "
            "leave the option out"
        )
    return uploaded
