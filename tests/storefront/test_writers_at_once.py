"""Everybody who writes the mirror at the same time: webhooks, a sweep, the scheduler and visitors; none is lost."""

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from tests.clean_process import ROOT
from tests.sandbox import Sandbox
from tests.storefront.real_server import real_server
from tests.storefront.webhook_server import webhook_of
from tests.webhooks import NEW, a_beat, body_of, signed

LIMITS = "100000/minute,1000000/hour,10000000/day"
EVENTS, SENDERS, SWEEPS, ARRIVALS = 20, 2, 1, 6
# For a robot no call is spent.
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}
SWEEP = [sys.executable, str(ROOT / "manage.py"), "sync_catalog", "--once"]


def test_nothing_is_lost_and_nobody_waits_for_each_other_for_ever(tmp_path: Path) -> None:
    # On SQLite, or on PostgreSQL where DATABASE_URL names one: CI runs both.
    settings = {"BEATCONNECT_LIMITS": LIMITS, "BEATCONNECT_WEBHOOK_SECRETS": NEW}
    with Sandbox(limits="off") as api, real_server(api, tmp_path, **settings) as shop:
        shop.run("sync_catalog", "--once")
        arrivals = [api.add_beat(title=f"Arrived {number}")["id"] for number in range(ARRIVALS)]
        for pk in range(1, EVENTS + 1):
            api.change_beat(pk, title=f"Changed {pk}")
        # Half of the events carry the beat, which is written at once; the beats of all stand on the sweep's pages.
        bodies = [
            body_of("beat.updated", a_beat(pk, title=f"Changed {pk}") if pk % 2 else {"id": pk}, id=f"evt_{pk}")
            for pk in range(1, EVENTS + 1)
        ]
        with ThreadPoolExecutor(4) as pool:
            sweeps = pool.submit(lambda: [sweep(shop.environment) for _ in range(SWEEPS)])
            visits = pool.submit(lambda: [visit(shop.origin, pk) for pk in arrivals for _ in range(2)])
            sent = [pool.submit(lambda: [deliver(webhook_of(shop), body) for body in bodies]) for _ in range(SENDERS)]
        assert Counter(status for job in sent for status in job.result()) == {200: EVENTS * SENDERS}
        assert [done.returncode for done in sweeps.result()] == [0] * SWEEPS, sweeps.result()
        # 404: somebody else's question is under way, and as far as the mirror knows there is no such beat. No error.
        assert 200 in visits.result()
        assert set(visits.result()) <= {200, 404}
        assert Counter(state for (state,) in shop.rows("WebhookEvent", "state")) == {"done": EVENTS}
        assert sweep(shop.environment).returncode == 0
        for pk, title in [
            *((pk, f"Arrived {at}") for at, pk in enumerate(arrivals)),
            (1, "Changed 1"),
            (2, "Changed 2"),
        ]:
            assert title in requests.get(f"{shop.origin}/beats/{pk}/", timeout=30).text


def sweep(environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(SWEEP, env=environment, cwd=ROOT, check=False, capture_output=True, text=True)


def visit(origin: str, pk: int) -> int:
    return requests.get(f"{origin}/beats/{pk}/", headers=BROWSER, timeout=30).status_code


def deliver(url: str, body: bytes) -> int:
    return requests.post(url, data=body, headers=signed(body), timeout=30).status_code
