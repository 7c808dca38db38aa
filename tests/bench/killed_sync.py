"""kill -9 at random points of a sweep: nothing doubled, nothing half, at most a page read again, the next holder soon.

`python -m tests.bench.killed_sync [--kills 20] [--pages 50]`, on SQLite, or on PostgreSQL where DATABASE_URL names one.
"""

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.clean_process import ROOT
from tests.own_database import own_database
from tests.sandbox import Sandbox

# What a sweep may take when nobody kills it, in seconds.
PATIENCE = 120
LONGEST_BLOCK = 60.0  # seconds until the next holder


@dataclass(frozen=True)
class Survived:
    """What was there in the end: beats, and those of them that are not as BeatConnect tells them; kept counts likewise.

    `longest_lease` is the seconds for which a dead holder blocked the next.
    """

    kills: int
    calls: int
    pages: int
    beats: int
    upstream: int
    different: int
    miscounted: int
    longest_lease: float

    @property
    def unharmed(self) -> bool:
        """Nothing doubled, half or lost; at most a call for the genres and one for each kill more; no long wait."""
        whole = self.beats == self.upstream and self.different == self.miscounted == 0
        return whole and self.calls <= self.pages + 1 + self.kills and self.longest_lease <= LONGEST_BLOCK


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
                process.send_signal(signal.SIGKILL)
            if process.returncode != -signal.SIGKILL:
                break  # it came to its end first
            done += 1
            longest = max(longest, float(_ask(environment, TAKE_OVER)))
        with start(environment) as process:
            process.wait(PATIENCE)
        calls = sandbox.asked
        kept, told = json.loads(_ask(environment, DUMP)), _told(sandbox)
        return Survived(
            kills=done,
            calls=calls,
            pages=pages,
            beats=len(kept["beats"]),
            upstream=pages * 100,
            different=_differences(kept["beats"], told["beats"]),
            miscounted=_differences(kept["genres"], told["genres"])
            + _differences(kept["producers"], told["producers"]),
            longest_lease=longest,
        )


# How long the dead holder's lease lasts; then it is taken over as it would be after that time, and given back, so that
# the next need not wait for it here.
TAKE_OVER = """
from datetime import timedelta
from catalog.models.sync import Lease
from catalog.quota.clock import database_clock
from catalog.sync import leases
dead = Lease.objects.get(pk=leases.SYNC)
left = (dead.expires_at - database_clock()).total_seconds()
assert left > 5, "it was killed with the lease in hand"
assert leases.take(leases.SYNC) is None
lease = leases.take(leases.SYNC, lambda: database_clock() + timedelta(seconds=left))
assert lease and lease.epoch == dead.epoch + 1
lease.release()
print(left)
"""
# Each column of a beat, and what it should hold of what BeatConnect tells.
COLUMNS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "title": lambda beat: beat["title"] or "",
    "producer_id": lambda beat: beat["user_id"],
    "producer_name": lambda beat: beat["producer_name"] or "",
    "genre_id": lambda beat: beat["genre"]["id"],
    "price": lambda beat: beat["price"],
    "duration": lambda beat: beat["duration"],
    "bpm": lambda beat: beat["bpm"],
    "key": lambda beat: beat["key"] or "",
    "audio_url": lambda beat: beat["audio_url"] or "",
    "cover_url": lambda beat: beat["cover_image"] or "",
    "created_at": lambda beat: beat["created_at"],
    "play_count": lambda beat: beat["play_count"],
    "download_count": lambda beat: beat["download_count"],
}
DUMP = f"""
import json
from catalog.models.mirror import Beat, Genre, Producer
from catalog.state import read_state
assert read_state().complete
def number(value):
    return float(value) if hasattr(value, "as_tuple") else value.strftime("%Y-%m-%dT%H:%M:%SZ")
print(json.dumps({{
    "beats": {{row[0]: row[1:] for row in Beat.objects.filter(gone_at=None).values_list("id", *{list(COLUMNS)})}},
    "genres": {{row[0]: row[1:] for row in Genre.objects.values_list("id", "beat_count")}},
    "producers": {{row[0]: row[1:] for row in Producer.objects.values_list("id", "beat_count", "play_count")}},
}}, default=number))
"""


def _told(sandbox: Sandbox) -> dict[str, dict[str, list[Any]]]:
    """Return what the mirror should hold, in the form of DUMP."""
    beats, genres, producers = {}, {str(genre["id"]): [0] for genre in _genres(sandbox)}, {}
    for beat in sandbox.beats():
        beats[str(beat["id"])] = [read(beat) for read in COLUMNS.values()]
        genres[str(beat["genre"]["id"])][0] += 1
        count, plays = producers.get(str(beat["user_id"]), [0, 0])
        producers[str(beat["user_id"])] = [count + 1, plays + (beat["play_count"] or 0)]
    return {"beats": beats, "genres": genres, "producers": producers}


def _genres(sandbox: Sandbox) -> list[dict[str, Any]]:
    genres: list[dict[str, Any]] = sandbox.get("/v1/genres").json()["data"]["genres"]
    return genres


def _differences(kept: dict[str, list[Any]], told: dict[str, list[Any]]) -> int:
    return sum(kept.get(key) != told.get(key) for key in kept.keys() | told.keys())


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
        survived = survive(asked.kills, asked.pages, Path(folder))
    print(survived)
    if not survived.unharmed:
        sys.exit("a kill did harm")


if __name__ == "__main__":
    main()
