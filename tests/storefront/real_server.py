"""The storefront as it runs in production: granian, on a database of its own."""

import functools
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.clean_process import ROOT
from tests.own_database import environment_with, own_database
from tests.sandbox import SHOP, Sandbox

PATIENCE = 30  # seconds


@dataclass(frozen=True)
class Shop:
    """A running shop, and the environment that its other processes need."""

    origin: str
    environment: dict[str, str]
    pid: int = 0

    def run(self, *arguments: str) -> str:
        """Run manage.py beside the shop and return what it prints."""
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        done = subprocess.run(
            command, env=self.environment, cwd=ROOT, check=True, capture_output=True, text=True, timeout=120
        )
        return done.stdout

    def rows(self, model: str, *columns: str) -> list[list[object]]:
        """Return columns of a table of catalog.models.events."""
        question = (
            f"import json; from catalog.models.events import {model}; "
            f"print(json.dumps(list({model}.objects.order_by('pk').values_list{columns!r}), default=str))"
        )
        rows: list[list[object]] = json.loads(self.run("shell", "--no-imports", "-c", question).splitlines()[-1])
        return rows


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def serve(folder: Path, workers: int = 2, **settings: str) -> Iterator[Shop]:
    """Serve an empty shop; `settings` go into its environment. Static files are whatever was collected last."""
    with own_database(folder) as base, _served({"BACKGROUND_SYNC": "off", **base, **settings}, workers) as shop:
        yield shop


@contextmanager
def serve_beside(shop: Shop, application: str, **settings: str) -> Iterator[Shop]:
    """Serve a shop's database a second time, by one worker with another WSGI application."""
    with _served({**shop.environment, "SITE_URL": "", **settings}, 1, application) as other:
        yield other


@contextmanager
def _served(
    environment: dict[str, str], workers: int, application: str = "storefront.wsgi:application"
) -> Iterator[Shop]:
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    environment = {**environment, "SITE_URL": environment.get("SITE_URL") or origin}
    command = [
        str(Path(sys.executable).parent / "granian"),
        *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--log-level", "error"),
        # As deploy/ has it: a worker that is told to stop while it still starts never hears of it.
        *("--workers", str(workers), "--blocking-threads", "1", "--workers-kill-timeout", "10"),
        *("--respawn-failed-workers", application),
    ]
    # In a group of its own: its workers can be ended with it.
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment, cwd=ROOT, start_new_session=True, **quiet) as server:
        try:
            _wait_for(f"{origin}/livez", server)
            yield Shop(origin, environment, server.pid)
        finally:
            server.terminate()
            try:
                server.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                raise


@contextmanager
def real_server(sandbox: Sandbox, folder: Path, workers: int = 2, **settings: str) -> Iterator[Shop]:
    """Serve an empty shop whose API is the sandbox, its static files hashed and compressed."""
    api = {
        "BEATCONNECT_API_URL": sandbox.api_url,
        "BEATCONNECT_API_KEY": SHOP,
        "BEATCONNECT_MEDIA_HOSTS": sandbox.origin,
    }
    # Before the server starts: it looks at the static files once.
    _collect_static()
    with serve(folder, workers, **{**api, **settings}) as shop:
        yield shop


@functools.cache
def _collect_static() -> None:
    """Collect the static files, once a run: no test changes them."""
    Shop("", environment_with("sqlite://:memory:")).run("collectstatic", "--noinput", "--verbosity", "0")


def _wait_for(url: str, server: "subprocess.Popen[bytes]") -> None:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up and server.poll() is None:
        try:
            if requests.get(url, timeout=1).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise RuntimeError(f"the server did not answer on {url}")
