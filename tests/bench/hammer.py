"""Eight processes want more calls than there are: what the ledger grants, what upstream counts, what waiting costs.

`python -m tests.bench.hammer [--seconds N] [--processes N]`, on SQLite, or on PostgreSQL where DATABASE_URL names one.
The windows are scaled down (10 in 2 s, 60 in 20 s, 150 in 60 s) and so are the sandbox's own, which refuses whatever
exceeds them.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.clean_process import ROOT
from tests.own_database import own_database
from tests.sandbox import SHOP, Sandbox

Windows = tuple[tuple[int, float], ...]
# (calls, seconds), the shortest first.
WINDOWS: Windows = ((10, 2), (60, 20), (150, 60))
LONGEST_ACQUIRE = 2.0  # ms, in the median


@dataclass(frozen=True)
class Hammered:
    """What the processes together came to; `worst` is the fullest of each window, times are milliseconds."""

    granted: int
    denied: int
    refused_upstream: int
    worst: tuple[int, ...]
    p50: float
    p99: float


def hammer(seconds: float, processes: int, folder: Path, windows: Windows = WINDOWS) -> Hammered:
    """Let so many processes call through the gateway as fast as they may."""
    limits = ",".join(f"{calls}/{length}s" for calls, length in windows)
    with Sandbox(beats=20, limits=limits) as sandbox, own_database(folder) as base:
        orders = {"HAMMER_SECONDS": str(seconds), "HAMMER_WINDOWS": json.dumps(windows)}
        environment = {**base, "BEATCONNECT_API_URL": sandbox.api_url, **orders}
        command = [sys.executable, "-m", "tests.bench.hammer", "--worker"]
        workers = [
            subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE) for _ in range(processes)
        ]
        results = [json.loads(worker.communicate()[0]) for worker in workers]
        stats = sandbox.stats()
    sent = sorted(moment for result in results for moment in result["sent"])
    waits = sorted(wait for result in results for wait in result["waits"])
    return Hammered(
        granted=len(sent),
        denied=sum(result["denied"] for result in results),
        refused_upstream=stats["refused"],
        worst=tuple(fullest(sent, length) for _calls, length in windows),
        p50=waits[len(waits) // 2] * 1000,
        p99=waits[int(len(waits) * 0.99)] * 1000,
    )


def fullest(sent: list[float], seconds: float) -> int:
    """Return the most calls in any window of so many seconds."""
    most = start = 0
    for index, moment in enumerate(sent):
        while sent[start] <= moment - seconds:
            start += 1
        most = max(most, index - start + 1)
    return most


def work() -> None:
    """Call until the time is up; print what was granted, denied and waited as JSON."""
    import django  # noqa: PLC0415 - the parent has no use for it

    django.setup()
    from catalog.beatconnect.client import Client  # noqa: PLC0415
    from catalog.gateway import Gateway  # noqa: PLC0415
    from catalog.quota.ledger import Ledger, OverBudget, fingerprint  # noqa: PLC0415
    from catalog.quota.limits import Limit  # noqa: PLC0415
    from catalog.quota.purposes import Purpose  # noqa: PLC0415

    names = ("minute", "hour", "day")
    windows = json.loads(os.environ["HAMMER_WINDOWS"])
    limits = tuple(Limit(name, calls, seconds) for name, (calls, seconds) in zip(names, windows, strict=True))
    ledger = Ledger(fingerprint(SHOP), limits)
    gateway = Gateway(Client(os.environ["BEATCONNECT_API_URL"], SHOP), ledger)
    sent, waits, denied = [], [], 0
    end = time.monotonic() + float(os.environ["HAMMER_SECONDS"])
    while time.monotonic() < end:
        begun = time.perf_counter()
        try:
            call = ledger.acquire(Purpose("hammer"), "/genres")
        except OverBudget:
            waits.append(time.perf_counter() - begun)
            denied += 1
            time.sleep(0.05)
            continue
        waits.append(time.perf_counter() - begun)
        sent.append(call.sent_at.timestamp())
        ledger.settle(call, gateway.client.list_genres())
    print(json.dumps({"sent": sent, "waits": waits, "denied": denied}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, default=70)
    parser.add_argument("--processes", type=int, default=8)
    asked = parser.parse_args()
    if asked.worker:
        work()
        return
    with tempfile.TemporaryDirectory() as folder:
        result = hammer(asked.seconds, asked.processes, Path(folder))
    limits = "/".join(str(calls) for calls, _seconds in WINDOWS)
    print(f"granted {result.granted}, denied {result.denied}, refused upstream {result.refused_upstream}")
    print(f"fullest windows {'/'.join(map(str, result.worst))} of {limits}")
    print(f"acquire p50 {result.p50:.2f} ms, p99 {result.p99:.2f} ms")
    within = all(fullest <= calls for fullest, (calls, _seconds) in zip(result.worst, WINDOWS, strict=True))
    if not within or result.refused_upstream or result.p50 > LONGEST_ACQUIRE:
        sys.exit("more calls than the windows allow, a refusal, or too long a wait")


if __name__ == "__main__":
    main()
