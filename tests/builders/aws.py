"""AWS on this machine: moto's server, behind a proxy that counts calls and can refuse them."""

from __future__ import annotations

import http.client
import http.server
import threading
import zipfile
from pathlib import Path
from typing import Any

KEY, SECRET = "AKIAEXAMPLEEXAMPLE00", "secret/of/the/test/account/0123456789abc"
REGION = "us-east-1"


class Aws:
    """moto's server behind a proxy that counts calls and can refuse them.

    Attributes:
        calls: Method and path of each call that was let through.
        throttled: How many of the next calls to Lambda are refused as AWS throttles them.
    """

    def __init__(self) -> None:
        from moto.server import ThreadedMotoServer

        self._moto = ThreadedMotoServer(port=0, verbose=False)
        self._moto.start()
        self._address = self._moto.get_host_and_port()
        self.calls: list[tuple[str, str]] = []
        self.throttled = 0
        aws = self

        class Proxy(http.server.BaseHTTPRequestHandler):
            def answer(self) -> None:
                aws.forward(self)

            do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = answer  # noqa: N815 - as http.server looks for them

            def log_message(self, *args: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._moto.stop()

    def forward(self, request: http.server.BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        if self.throttled and "/functions/" in request.path:
            self.throttled -= 1
            data = b'{"message": "Rate exceeded", "Type": "User"}'
            request.send_response(429)
            request.send_header("x-amzn-ErrorType", "TooManyRequestsException")
            request.send_header("Content-Length", str(len(data)))
            request.end_headers()
            request.wfile.write(data)
            return
        self.calls.append((request.command, request.path))
        connection = http.client.HTTPConnection(*self._address)
        connection.request(request.command, request.path, body, dict(request.headers))
        answer = connection.getresponse()
        data = answer.read()
        request.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection", "content-length", "server", "date"):
                request.send_header(name, value)
        length = answer.getheader("Content-Length") if request.command == "HEAD" else None
        request.send_header("Content-Length", length or str(len(data)))
        request.end_headers()
        request.wfile.write(data)
        connection.close()

    def client(self, service: str) -> Any:
        import boto3

        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
        )

    def reset(self) -> None:
        """Forget all that was made."""
        connection = http.client.HTTPConnection(*self._address)
        connection.request("POST", "/moto-api/reset")
        connection.getresponse().read()
        connection.close()
        self.calls.clear()
        self.throttled = 0

    @property
    def changes(self) -> list[tuple[str, str]]:
        """The calls that change something."""
        return [(method, path) for method, path in self.calls if method not in ("GET", "HEAD")]


def make_function(aws: Aws, tmp_path: Path, **options: Any) -> None:
    role = aws.client("iam").create_role(RoleName="role", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    old = tmp_path / "old.zip"
    with zipfile.ZipFile(old, "w") as archive:
        archive.writestr("lambda_function.py", "def handler(event, context): ...\n")
    aws.client("lambda").create_function(
        **{
            "FunctionName": "orders",
            "Runtime": "python3.11",
            "Role": role,
            "Handler": "lambda_function.handler",
            "Code": {"ZipFile": old.read_bytes()},
            **options,
        }
    )
    aws.calls.clear()
