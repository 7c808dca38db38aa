"""kill -9 at random points of a sweep: nothing doubled, nothing half, at most a page read again, the next holder soon.

`python -m tests.bench.killed_sync [--kills 20] [--pages 50]`, on SQLite, or on PostgreSQL where DATABASE_URL names one.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.clean_process import ROOT
from tests.own_database import own_database
from tests.sandbox import Sandbox

# What a sweep may take when nobody kills it, in seconds.
PATIENCE = 120


@dataclass(frozen=True)
class Survived:
    """What was there in the end; `longest_lease` is the seconds for which a dead holder blocked the next."""

    kills: int
    calls: int
    pages: int
    beats: int
    upstream: int
    longest_lease: float


def survive(kills: int, pages: int, folder: Path, seed: int = 1) -> Survived:
    """Sweep `pages` pages, killing the sweeping process so many times on the way."""
    rng = random.Random(seed)
    with Sandbox(beats=pages * 100, limits="off") as sandbox, own_database(folder) as base:
        environment = {
            **base,
            "BEATCONNECT_API_URL": sandbox.api_url,
            "BEATCONNECT_MEDIA_HOSTS": sandbox.origin,
            "BEATCONNECT_LIMITS": "100000/minute,100000/hour,100000/day",
        }
        done, longest = 0, 0.0
        while done < kills:
            with start(environment) as process:
                at = sandbox.asked
                stop_at = at + rng.randint(1, 2)
                _wait_until(lambda stop_at=stop_at: sandbox.asked >= stop_at, process)
                time.sleep(rng.uniform(0, 0.05))
                if process.poll() is not None:
                    break  # it came to its end first
                os.kill(process.pid, signal.SIGKILL)
            done += 1
            longest = max(longest, float(_ask(environment, LEASE)))
        with start(environment) as process:
            process.wait(PATIENCE)
        counted = _ask(environment, COUNT)
        return Survived(done, sandbox.asked, pages, int(counted), pages * 100, longest)


# How long the dead holder's lease would last; then its time runs out, so that the next need not wait for it here.
LEASE = """
from django.utils import timezone
from catalog.models.sync import Lease
lease = Lease.objects.filter(pk="sync").first()
print((lease.expires_at - timezone.now()).total_seconds() if lease and lease.expires_at else 0)
Lease.objects.update(expires_at=None)
"""
COUNT = """
from catalog.models.mirror import Beat
from catalog.state import read_state
assert read_state().complete
assert not Beat.objects.filter(title="").exclude(producer=None).filter(genre=None, price=None).exists()
print(Beat.objects.filter(gone_at=None).count())
"""


def start(environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, str(ROOT / "manage.py"), "sync_catalog", "--once"]
    return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _ask(environment: dict[str, str], question: str) -> str:
    command = [sys.executable, str(ROOT / "manage.py"), "shell", "--no-imports", "-v", "0", "-c", question]
    answer = subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True)
    return answer.stdout.strip().splitlines()[-1]


def _wait_until(there: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
    give_up = time.monotonic() + PATIENCE
    while not there() and process.poll() is None:
        if time.monotonic() > give_up:
            raise RuntimeError("the sweep made no call")
        time.sleep(0.02)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--pages", type=int, default=50)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(survive(asked.kills, asked.pages, Path(folder)))


if __name__ == "__main__":
    main()
