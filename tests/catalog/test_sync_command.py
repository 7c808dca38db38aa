"""`manage.py sync_catalog`: fills the mirror once, tells how it stands, starts over; and survives being killed."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.utils import timezone
from pytest_django import fixtures

from catalog import state
from catalog.gateway import site_gateway
from catalog.models.events import Dirty, Purchase
from catalog.models.ledger import ApiCall
from catalog.models.mirror import Absent, Beat, Genre, Producer, Quarantined
from catalog.quota.purposes import BUYER
from catalog.sync import leases
from tests.clean_process import ROOT, environment
from tests.sandbox import SHOP, Sandbox

pytestmark = pytest.mark.django_db


def run(*options: str) -> list[str]:
    """Run the command here, and return the lines it wrote."""
    written = StringIO()
    call_command("sync_catalog", *options, stdout=written)
    return written.getvalue().splitlines()


def test_once_fills_an_empty_mirror_and_tells_how_it_goes(api: Sandbox) -> None:
    lines = run("--once")
    assert lines[:4] == ["100 of 253 beats", "100 of 253 beats", "200 of 253 beats", "253 of 253 beats"]
    assert Beat.objects.count() == 253
    assert api.stats()["asked"] == {"/v1/beats": 3, "/v1/genres": 1}
    assert "complete   yes" in lines


def test_status_tells_what_the_mirror_holds_and_asks_nobody(shop: Sandbox) -> None:
    shop.change_beat(5, price="x")
    Quarantined.objects.create(
        kind="beat", item_id="5", reason="price", first_seen="2026-01-01T00:00Z", last_seen="2026-01-01T00:00Z"
    )
    asked = shop.asked
    text = "\n".join(run("--status"))
    for line in (
        f"source     {shop.api_url} (test key)",
        "beats      253 live, 0 gone; BeatConnect says 253",
        f"genres     {Genre.objects.count()}",
        f"producers  {Producer.objects.count()}",
        "complete   yes",
        "sweep      none under way",
        "quarantine 1",
        "  beat 5: price",
        "calls      4 in the ledger",
        " UTC, 0 min ago",
    ):
        assert line in text
    assert shop.asked == asked


def test_status_of_an_empty_mirror_is_honest(api: Sandbox) -> None:
    text = "\n".join(run("--status"))
    assert "source     none yet" in text
    assert "beats      0 live, 0 gone; BeatConnect says nothing yet" in text
    assert "as of      never" in text
    assert api.asked == 0


def test_reset_empties_the_mirror_and_forgets_no_call(shop: Sandbox) -> None:
    assert run("--reset") == ["The mirror is empty."]
    assert not Beat.objects.exists()
    assert not state.read_state().api_url
    assert ApiCall.objects.count() == 4


def test_reset_forgets_all_that_was_told_of_the_beats(shop: Sandbox) -> None:
    now = timezone.now()
    Absent.objects.create(pk=9_999, until=now)
    Purchase.objects.create(key="p", beat_id=1, bought_at=now)
    Dirty.objects.create(kind=Dirty.Kind.BEAT, ref=1, due_at=now)
    run("--reset")
    for model in (Absent, Purchase, Dirty):
        assert not model._default_manager.exists()
    assert leases.take(leases.SYNC), "it is given back"


def test_reset_waits_for_the_process_that_fills_the_mirror(shop: Sandbox) -> None:
    leases.take(leases.SYNC)
    with pytest.raises(CommandError, match="A process is syncing"):
        run("--reset")
    assert Beat.objects.count() == 253


def test_without_waiting_it_ends_where_the_quota_does_and_goes_on_there(api: Sandbox) -> None:
    api.limits("off")
    for _ in range(9):
        site_gateway().ledger.acquire(BUYER, "/beats")
    told = run("--once", "--no-wait")
    assert "room again in" in told[0]
    assert not Beat.objects.exists()
    ApiCall.objects.all().delete()
    run("--once", "--no-wait")
    assert Beat.objects.count() == 253


def test_a_reset_that_fails_gives_its_lease_back(shop: Sandbox) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE catalog_quarantined")
    with pytest.raises(DatabaseError):
        run("--reset")
    assert leases.take(leases.SYNC)


def test_reset_lets_another_api_fill_the_mirror(shop: Sandbox, settings: fixtures.Settings) -> None:
    settings.BEATCONNECT_API_URL = shop.api_url.replace("127.0.0.1", "localhost")
    with pytest.raises(CommandError, match="sync_catalog --reset"):
        run("--once")
    run("--reset")
    ApiCall.objects.all().delete()
    shop.limits("10/minute,100/hour,1000/day")
    run("--once")
    assert Beat.objects.count() == 253


@pytest.mark.parametrize("options", [["--once", "--status"], ["--forever"]])
def test_the_command_does_one_thing_at_a_time(options: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("sync_catalog", *options)


@pytest.mark.parametrize(
    ("fault", "options", "words"),
    [
        ("reset", {}, "closed the connection"),
        ("status", {"status": 401}, "does not accept the API key"),
        ("status", {"status": 403}, "may not do this"),
        ("status", {"status": 500}, "is in trouble"),
        ("status", {"status": 429, "retry_after": "5"}, "used up its calls"),
        ("malformed", {}, "is not JSON"),
        ("oversized", {}, "too large"),
        ("redirect", {"location": "http://127.0.0.1:9/"}, "points elsewhere"),
    ],
)
def test_trouble_ends_in_words_that_say_what_to_do(
    api: Sandbox, fault: str, options: dict[str, object], words: str
) -> None:
    api.fault(fault, **options)
    with pytest.raises(CommandError) as told:
        run("--once")
    assert words in str(told.value)
    assert str(told.value).endswith("What was fetched is kept; run this again.")
    assert SHOP not in str(told.value)
    # The lease is given back: the next run need not wait.
    assert leases.take(leases.SYNC)


def test_an_api_that_is_not_there_is_named(api: Sandbox, settings: fixtures.Settings) -> None:
    settings.BEATCONNECT_API_URL = "http://127.0.0.1:9/v1"
    with pytest.raises(CommandError, match="BeatConnect could not be reached"):
        run("--once")
    assert not ApiCall.objects.exists(), "a call that never left is not counted"


def test_a_shop_without_a_key_is_told_which_setting_lacks(api: Sandbox, settings: fixtures.Settings) -> None:
    settings.BEATCONNECT_API_KEY = ""
    with pytest.raises(CommandError, match="BEATCONNECT_API_KEY is not set"):
        run("--once")


def test_a_second_run_leaves_the_work_to_the_first(api: Sandbox) -> None:
    leases.take(leases.SYNC)
    with pytest.raises(CommandError, match="Another process is syncing"):
        run("--once")
    assert api.asked == 0


class Process:
    """A shop on a database file of its own, whose sweep can be killed."""

    def __init__(self, api: Sandbox, file: Path) -> None:
        self.file = file
        self.environment = environment(
            DATABASE_URL=f"sqlite:///{file}",
            BEATCONNECT_API_URL=api.api_url,
            BEATCONNECT_API_KEY=SHOP,
            BEATCONNECT_LIMITS="1000/minute,10000/hour,100000/day",
        )
        self.manage("migrate", "--verbosity", "0").wait()

    def manage(self, *arguments: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, text=True, stderr=subprocess.PIPE)

    def ask(self, query: str) -> list[tuple[object, ...]]:
        database = sqlite3.connect(self.file, timeout=20)
        try:
            return database.execute(query).fetchall()
        finally:
            database.close()

    def beats(self) -> int:
        return int(str(self.ask("SELECT count(*) FROM catalog_beat")[0][0]))


@pytest.mark.parametrize("pages", [1, 2])
def test_a_killed_sweep_goes_on_where_it_was(api: Sandbox, tmp_path: Path, pages: int) -> None:
    api.limits("off")
    shop = Process(api, tmp_path / "shop.sqlite3")
    api.fault("latency", path="/v1/beats", seconds=0.7)
    first = shop.manage("sync_catalog", "--once")
    give_up = time.monotonic() + 40
    while shop.beats() < pages * 100:
        assert first.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < give_up
        time.sleep(0.02)
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    assert first.returncode == -signal.SIGKILL
    assert shop.beats() == pages * 100, "a page is kept whole or not at all"

    api.clear_faults()
    # Its lease would run out after a minute; a test has no minute.
    database = sqlite3.connect(shop.file, timeout=20)
    with database:
        database.execute("UPDATE catalog_lease SET expires_at = '2020-01-01 00:00:00'")
    database.close()
    second = shop.manage("sync_catalog", "--once")
    _, trouble = second.communicate(timeout=60)
    assert second.returncode == 0, trouble
    assert shop.ask("SELECT count(*), count(DISTINCT id), sum(gone_at IS NOT NULL) FROM catalog_beat") == [
        (253, 253, 0)
    ]
    assert shop.ask("SELECT complete, sweep_started_at FROM catalog_syncstate") == [(1, None)]
    assert {row[0] for row in shop.ask("SELECT id FROM catalog_beat")} == {beat["id"] for beat in api.beats()}
    # Of the calls, at most the one that was under way is made twice.
    asked = Counter(path for (path,) in shop.ask("SELECT path FROM catalog_apicall WHERE path LIKE '/beats%'"))
    assert set(asked) == {f"/beats?sort=newest&page={page}" for page in (1, 2, 3)}
    assert asked.total() <= 4
