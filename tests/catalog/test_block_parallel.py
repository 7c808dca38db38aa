"""A 429 that one process met holds for all of them, and when it is over one of them finds out."""

import itertools
import json
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

from tests.clean_process import ROOT
from tests.own_database import own_database

PROCESSES, BLOCK, SECONDS = 4, 1, 4  # a block of the shortest time there is, over and over for so many seconds
PREPARE = """
import django; django.setup()
import json, sys, time
from catalog.beatconnect.errors import QuotaUsedUp
from catalog.models.ledger import ApiCall
from catalog.quota.clock import database_clock
from catalog.quota.ledger import Ledger, OverBudget
from catalog.quota.limits import parse_limits
from catalog.quota.purposes import Purpose
ledger = Ledger("shop", parse_limits("10/minute,100/hour,1000/day"))
"""
REFUSED = f"""
call = ledger.acquire(Purpose("any"), "/beats")
ledger.settle(call, QuotaUsedUp("rate_limited", "", status=429, retry_after={BLOCK}))
"""
WORK = f"""{PREPARE}
print("ready", flush=True)
sys.stdin.readline()
end, asked = time.monotonic() + float(sys.argv[1]), 0
while time.monotonic() < end:
    asked += 1
    try:
        call = ledger.acquire(Purpose("any"), "/beats")
    except OverBudget:
        time.sleep(0.005)
        continue
    time.sleep(0.2)
    ledger.settle(call, QuotaUsedUp("rate_limited", "", status=429, retry_after={BLOCK}))
print(asked)
"""
HOLDS = f"""{PREPARE}
from django.db import transaction
with transaction.atomic():
    budget, _since = ledger._lock()
    print("locked", flush=True)
    sys.stdin.readline()
    print(database_clock().isoformat())
"""
WAITS = f"""{PREPARE}
print("asking", flush=True)
print(ledger.acquire(Purpose("any"), "/beats").sent_at.isoformat())
"""
CALLS = f"""{PREPARE}
calls = ApiCall.objects.order_by("sent_at").values_list("sent_at", "done_at")
print(json.dumps([[moment.isoformat() for moment in call] for call in calls]))
"""


def run(code: str, environment: dict[str, str]) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def test_no_process_calls_while_the_key_is_blocked_and_one_probes_afterwards(tmp_path: Path) -> None:
    # On SQLite, or on PostgreSQL where DATABASE_URL names one: CI runs both.
    with own_database(tmp_path) as environment:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        command = [sys.executable, "-c", WORK, str(SECONDS)]
        workers = [subprocess.Popen(command, env=environment, cwd=ROOT, text=True, **pipes) for _ in range(PROCESSES)]
        for worker in workers:
            assert worker.stdout
            assert worker.stdout.readline() == "ready\n"
        run(PREPARE + REFUSED, environment)
        for worker in workers:
            assert worker.stdin
            print(file=worker.stdin, flush=True)
        asked = [int(worker.communicate()[0]) for worker in workers]
        calls = [[datetime.fromisoformat(moment) for moment in call] for call in json.loads(run(CALLS, environment))]
    assert min(asked) > len(calls), "all of them wanted to"
    assert len(calls) >= 2, "the block ends"
    for (_sent, refused), (sent, _done) in itertools.pairwise(calls):
        assert sent >= refused + timedelta(seconds=BLOCK)


def test_a_call_that_waits_for_its_turn_is_sent_after_the_one_before(tmp_path: Path) -> None:
    with own_database(tmp_path) as environment:
        run(f"{PREPARE}ledger.acquire(Purpose('any'), '/beats')", environment)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}

        def begin(code: str, says: str) -> subprocess.Popen[str]:
            process = subprocess.Popen([sys.executable, "-c", code], env=environment, cwd=ROOT, text=True, **pipes)
            assert process.stdout
            assert process.stdout.readline() == says
            return process

        # One after the other: otherwise the second might be served before the first begins to hold.
        holds, waits = begin(HOLDS, "locked\n"), begin(WAITS, "asking\n")
        # For the one who asks to be waiting; a test that is early proves less, and fails nothing.
        time.sleep(0.5)
        released = datetime.fromisoformat(holds.communicate("\n")[0].strip())
        assert datetime.fromisoformat(waits.communicate()[0].strip()) >= released
