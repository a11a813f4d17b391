"""Deploy: from a zip to a function that runs it, a step at a time; each step says what it changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable

from tools.aws.facts import ZIP_LIMITS
from tools.errors import PleasingError
from tools.lambda_deploy.aws_error import told
from tools.lambda_deploy.fitness import fitness
from tools.lambda_deploy.package import Package
from tools.lambda_deploy.request import Request
from tools.lambda_deploy.upload import object_key, upload
from tools.text import human

# Seconds between two looks at the function's state.
_POLL = 1


class Deployment:
    """One deployment.

    Args:
        package: The zip.
        request: What the user asks.
        session: The SDK's session, which has the user's credentials and Region.
        say: Called with each line for the user.
    """

    def __init__(self, package: Package, request: Request, session: Any, say: Callable[[str], None]) -> None:
        from botocore.config import Config

        self._package = package
        self._request = request
        self._say = say
        # The SDK tries throttled calls again, each time after a longer while.
        config = Config(retries={"mode": "standard", "max_attempts": 8})
        with told(f"reach {request.function}"):
            self._lambda = session.client("lambda", config=config)
        self._s3: Callable[[], Any] = lambda: session.client("s3", config=config)

    def run(self) -> None:
        """Deploy.

        Raises:
            PleasingError: The function cannot run the zip, or AWS refused a step.
        """
        configuration = self._configuration()
        self._check(configuration)
        changed = configuration["CodeSha256"] != self._package.code_sha256
        if changed:
            self._update(configuration)
        else:
            self._say(f"{self._request.function}: nothing to do, the code is the same ({self._code})")
        if self._wants_version:
            self._publish()

    @property
    def _code(self) -> str:
        return f"CodeSha256 {self._package.code_sha256}"

    @property
    def _wants_version(self) -> bool:
        # CloudFront takes numbered versions only.
        request = self._request
        return request.publish or request.alias is not None or self._package.edge is not None

    def _configuration(self) -> Mapping[str, Any]:
        from botocore.exceptions import ClientError

        name = self._request.function
        with told(f"read the configuration of {name}"):
            try:
                self._wait()
                found: Mapping[str, Any] = self._lambda.get_function_configuration(FunctionName=name)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") == "ResourceNotFoundException":
                    raise PleasingError(
                        f"there is no function {name} in {self._region}; create it first, with runtime "
                        f"{self._package.runtime}, architecture {self._package.architecture} and handler "
                        f"{self._package.handlers[0]}"
                    ) from error
                raise
        return found

    @property
    def _region(self) -> str:
        return str(self._lambda.meta.region_name)

    def _check(self, configuration: Mapping[str, Any]) -> None:
        found = fitness(self._package, configuration, self._region)
        if found.problems:
            raise PleasingError(found.problems)
        for warning in found.warnings:
            self._say(f"{self._request.function}: warning: {warning}")
        limit = ZIP_LIMITS["direct-upload"]
        if self._request.bucket is None and self._package.size > limit.size:
            raise PleasingError(
                f"the zip has {self._package.size:,} bytes, and Lambda takes {limit.size:,} at most in a direct "
                f"upload ({limit.source}); pass --s3-bucket to upload it through S3"
            )

    def _update(self, configuration: Mapping[str, Any]) -> None:
        request, package = self._request, self._package
        way = "directly"
        if request.bucket is not None:
            way = f"through s3://{request.bucket}/{object_key(request, package)}"
        change = f"{human(configuration['CodeSize'])} -> {human(package.size)}"
        if request.dry_run:
            self._say(f"{request.function}: would update the code {way}: {change} ({self._code})")
            return
        code = self._code_argument()
        with told(f"update the code of {request.function}"):
            if "RevisionId" in configuration:
                # A change that somebody else has made since then is refused, and not overwritten.
                code["RevisionId"] = configuration["RevisionId"]
            answer = self._lambda.update_function_code(
                FunctionName=request.function, Architectures=[package.architecture], **code
            )
            self._wait()
        if answer["CodeSha256"] != package.code_sha256:
            raise PleasingError(
                f"Lambda has CodeSha256 {answer['CodeSha256']} of {request.function}, and the zip has "
                f"{package.code_sha256}; the upload was damaged or replaced on its way, deploy again"
            )
        self._say(f"{request.function}: updated the code {way}: {change} ({self._code})")

    def _code_argument(self) -> dict[str, Any]:
        request = self._request
        if request.bucket is None:
            return {"ZipFile": self._package.path.read_bytes()}
        uploaded = upload(self._s3(), request, self._package)
        code: dict[str, Any] = {"S3Bucket": uploaded.bucket, "S3Key": uploaded.key}
        if uploaded.version not in (None, "null"):
            code["S3ObjectVersion"] = uploaded.version
        if request.reference:
            shape = self._lambda.meta.service_model.operation_model("UpdateFunctionCode").input_shape
            if "S3ObjectStorageMode" not in shape.members:
                raise PleasingError("--s3-reference: this version of boto3 does not know it; update boto3")
            code["S3ObjectStorageMode"] = "REFERENCE"
        return code

    def _publish(self) -> None:
        request = self._request
        if request.dry_run:
            moved = f" and move the alias {request.alias} to it" if request.alias else ""
            self._say(f"{request.function}: would publish a version{moved}")
            return
        with told(f"publish a version of {request.function}"):
            # Lambda answers with the last version where nothing has changed since.
            published = self._lambda.publish_version(
                FunctionName=request.function, CodeSha256=self._package.code_sha256
            )
            waiter = self._lambda.get_waiter("published_version_active")
            waiter.wait(
                FunctionName=request.function, Qualifier=published["Version"], WaiterConfig=self._waiter
            )
        self._say(f"{request.function}: version {published['Version']} is {published['FunctionArn']}")
        if request.alias is not None:
            self._move_alias(request.alias, published["Version"])

    def _move_alias(self, alias: str, version: str) -> None:
        name = self._request.function
        with told(f"move the alias {alias} of {name}"):
            exceptions = self._lambda.exceptions
            try:
                before = self._lambda.get_alias(FunctionName=name, Name=alias)["FunctionVersion"]
            except exceptions.ResourceNotFoundException:
                self._lambda.create_alias(FunctionName=name, Name=alias, FunctionVersion=version)
                self._say(f"{name}: made the alias {alias}, which is version {version}")
                return
            if before == version:
                self._say(f"{name}: the alias {alias} is version {version} already")
                return
            self._lambda.update_alias(FunctionName=name, Name=alias, FunctionVersion=version)
        self._say(f"{name}: moved the alias {alias} from version {before} to {version}")

    @property
    def _waiter(self) -> dict[str, int]:
        return {"Delay": _POLL, "MaxAttempts": max(1, self._request.timeout // _POLL)}

    def _wait(self) -> None:
        """Wait until no update of the function is under way."""
        from botocore.exceptions import ClientError, WaiterError

        waiter = self._lambda.get_waiter("function_updated_v2")
        try:
            waiter.wait(FunctionName=self._request.function, WaiterConfig=self._waiter)
        except WaiterError as error:
            # What keeps a waiter from asking is told as it is told elsewhere.
            details = error.last_response.get("Error")
            if details:
                raise ClientError({"Error": details}, "GetFunction") from error
            raise
