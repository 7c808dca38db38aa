"""A Redis of a test's own, to be frozen, flushed and killed; never the machine's."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGSTOP

import pytest
import redis

from tests.storefront.real_server import free_port


@dataclass(frozen=True)
class OwnRedis:
    process: "subprocess.Popen[bytes]"
    url: str

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url, socket_timeout=5)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It takes connections and answers nothing."""
        self.process.send_signal(SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(SIGCONT)

    def kill(self) -> None:
        self.process.send_signal(SIGKILL)
        self.process.wait()


@contextmanager
def own_redis(folder: Path) -> Iterator[OwnRedis]:
    """Start a Redis that keeps nothing."""
    program = shutil.which("redis-server")
    if not program:
        without = pytest.fail if os.environ.get("SKIP_NOTHING") == "1" else pytest.skip
        without("no Redis found: install the package redis-server")
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", "", "--loglevel", "warning"]
    with subprocess.Popen([program, *options], stdout=subprocess.DEVNULL) as process:
        own = OwnRedis(process, f"redis://127.0.0.1:{port}/0")
        try:
            _wait_for(own)
            yield own
        finally:
            process.kill()


def _wait_for(own: OwnRedis) -> None:
    give_up = time.monotonic() + 20
    while True:
        try:
            own.client().ping()
        except redis.ConnectionError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.05)
        else:
            return
