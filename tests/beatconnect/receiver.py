"""A receiver of webhooks: keeps the raw bytes it is sent, and what tests want to know about them."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.sandbox import Sandbox

SECRET = "whsec_of_the_test"
REFERENCE, PAGE = "X-Webhook-Signature", "BeatConnect-Signature"


class Receiver(ThreadingHTTPServer):
    """Keeps what it is sent and answers with the statuses it is told, then with 200."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.statuses: list[int] = []
        self.bodies: list[bytes] = []
        self.headers: list[Any] = []
        self.paths: list[str] = []
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook?a=1"

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self.bodies]


class Answer(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.lock:
            status = self.server.statuses.pop(0) if self.server.statuses else 200
            self.server.bodies.append(body)
            self.server.headers.append(self.headers)
            self.server.paths.append(self.path)
        self.send_response(status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *args: object) -> None:
        """Keep quiet."""


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.01)


def settled(sandbox: Sandbox, count: int = 1) -> list[dict[str, Any]]:
    """Return the deliveries when there are so many and none is under way."""
    wait_until(lambda: [entry["done"] for entry in sandbox.deliveries()] == [True] * count)
    return sandbox.deliveries()


def hexdigest(body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
