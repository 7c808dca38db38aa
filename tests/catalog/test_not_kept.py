"""An answer that the database refuses: whoever asked for it counts a failure, the rest goes on, it is told once."""

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from catalog import dirty
from catalog.models.events import Dirty
from catalog.models.ledger import ApiCall
from catalog.models.mirror import Beat
from catalog.state import read_state
from catalog.sync import leases
from tests.catalog.turns import live, paths, swept
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db

TOLD = "an answer could not be kept"


def refuse(pk: int, name: str) -> None:
    """Have the database refuse a beat, as a column too narrow for it would."""
    # Each name is told once in the life of a process.
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE catalog_beat ADD CONSTRAINT {name} CHECK (id <> {pk}) NOT VALID")
        else:
            cursor.execute(
                f"CREATE TRIGGER {name} BEFORE INSERT ON catalog_beat WHEN NEW.id = {pk} "
                f"BEGIN SELECT RAISE(ABORT, '{name}'); END"
            )


def on_page_2(shop: Sandbox) -> int:
    return int(shop.beats()[150]["id"])


def times_told(caplog: pytest.LogCaptureFixture) -> int:
    return sum(record.levelname == "ERROR" and TOLD in record.getMessage() for record in caplog.records)


def test_a_page_that_can_not_be_kept_holds_no_other_up(shop: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    shop.limits("off")
    ApiCall.objects.all().delete()
    beats, as_of = shop.beats(), read_state().as_of
    for index in (40, 240):
        shop.change_beat(beats[index]["id"], title="Changed")
    refuse(on_page_2(shop), "no_such_page")
    live(0.5)
    assert Beat.objects.filter(title="Changed", gone_at=None).count() == 2
    assert (read_state().as_of, read_state().sweep_trouble) == (as_of, "holes")
    assert times_told(caplog) == 1


def test_a_first_fill_goes_on_behind_a_page_that_can_not_be_kept(api: Sandbox) -> None:
    api.limits("off")
    refuse(on_page_2(api), "no_first_page")
    live(0.4)
    assert Beat.objects.count() == 153
    assert not read_state().complete


def test_a_change_that_can_not_be_kept_is_given_up(shop: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    shop.limits("off")
    ApiCall.objects.all().delete()
    added = shop.add_beat(title="Refused", created_at="2020-01-01T00:00:00Z")["id"]
    refuse(added, "no_such_beat")
    dirty.mark(Dirty.Kind.BEAT, added, timezone.now())
    live(1)
    assert paths().count(f"/beats/{added}") == dirty.MOST_ATTEMPTS
    assert not Dirty.objects.exists()
    assert swept() >= 20
    assert times_told(caplog) == 1
    assert caplog.text.count("given up") == 1


def test_a_visitor_who_asks_for_what_can_not_be_kept_meets_a_page_as_ever(
    client: Client, shop: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    added = shop.add_beat(title="Refused")["id"]
    refuse(added, "no_visit")
    person = {"user-agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36"}
    assert client.get(f"/beats/{added}/", headers=person).status_code == 404, "to a complete mirror it is unknown"
    assert times_told(caplog) == 1
    assert leases.take(leases.VISITOR)


def test_an_empty_shop_whose_first_page_can_not_be_kept_tells_visitors_to_come_back(
    client: Client, api: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    refuse(int(api.beats()[50]["id"]), "no_fill")
    for _ in range(2):
        response = client.get("/")
        assert response.status_code == 503
        assert response.headers["Retry-After"]
    assert times_told(caplog) == 1
