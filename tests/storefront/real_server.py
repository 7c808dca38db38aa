"""The storefront as it runs in production: granian, hashed and compressed static files, a database of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.sandbox import SHOP, Sandbox

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 30  # seconds


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def real_server(sandbox: Sandbox, folder: Path, workers: int = 2) -> Iterator[str]:
    """Serve an empty shop whose API is the sandbox; yield its origin."""
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "storefront.settings",
        "ENV_FILE": "",
        "SECRET_KEY": "only-for-tests-" + "x" * 50,
        "SITE_URL": origin,
        "DATABASE_URL": f"sqlite:///{folder / 'shop.sqlite3'}",
        "CACHE_URL": "locmemcache://",
        "BEATCONNECT_API_URL": sandbox.api_url,
        "BEATCONNECT_API_KEY": SHOP,
        "BEATCONNECT_MEDIA_HOSTS": sandbox.origin,
    }
    manage = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run([*manage, "migrate", "--verbosity", "0"], env=environment, check=True, cwd=ROOT)
    subprocess.run([*manage, "collectstatic", "--noinput", "--verbosity", "0"], env=environment, check=True, cwd=ROOT)
    command = [
        str(Path(sys.executable).parent / "granian"),
        *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", "1", "--log-level", "error", "storefront.wsgi:application"),
    ]
    with subprocess.Popen(command, env=environment, cwd=ROOT) as server:
        try:
            _wait_for(f"{origin}/livez", server)
            yield origin
        finally:
            server.terminate()


def _wait_for(url: str, server: "subprocess.Popen[bytes]") -> None:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up and server.poll() is None:
        try:
            if requests.get(url, timeout=1).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise RuntimeError(f"the server did not answer on {url}")
