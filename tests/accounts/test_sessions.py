"""How long one stays signed in: two weeks from the last visit, a month at the most, and what that costs."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import fixtures

from accounts.sessions import BEGAN, SessionStore
from tests.accounts.people import buyer, sign_in
from tests.pages import read
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


def pass_days(client: Client, days: float) -> None:
    """Let all that is kept of a sign-in be older."""
    key = client.cookies["sessionid"].value
    passed = timedelta(days=days)
    session = SessionStore(key)
    session[BEGAN] -= int(passed.total_seconds())
    session.save()
    Session.objects.filter(pk=key).update(expire_date=F("expire_date") - passed)
    UserSession.objects.filter(session_key=key).update(last_seen_at=F("last_seen_at") - passed)


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


@pytest.fixture
def alice(client: Client) -> Client:
    buyer()
    sign_in(client, remember="on")
    return client


@pytest.mark.parametrize(("days", "still"), [(13.9, True), (14.1, False)])
def test_who_stays_away_for_two_weeks_is_signed_out(alice: Client, days: float, still: bool) -> None:
    pass_days(alice, days)
    assert is_in(alice) == still
    assert (alice.cookies["signed_in"].value == "1") == still


def test_who_comes_now_and_then_stays_in_for_a_month_and_no_longer(alice: Client) -> None:
    for _ in range(3):
        pass_days(alice, 9.9)
        assert is_in(alice)
    pass_days(alice, 0.4)
    assert not is_in(alice)
    assert not Session.objects.filter(pk=alice.cookies["sessionid"].value).exists()
    sign_in(alice)
    pass_days(alice, 9)
    assert is_in(alice), "a new sign-in is a month of its own"


def test_the_browser_keeps_the_cookie_for_as_long(alice: Client) -> None:
    assert alice.cookies["sessionid"]["max-age"] == settings.SESSION_COOKIE_AGE == 30 * 86_400


@pytest.mark.parametrize("path", ["/account/corner/", "/account/"])
def test_a_visit_is_written_down_once_an_hour(alice: Client, path: str) -> None:
    pass_days(alice, 1)
    for expected in (True, False, False):
        with CaptureQueriesContext(connection) as queries:
            alice.get(path)
        writes = [query for query in queries if query["sql"].startswith(("UPDATE", "INSERT"))]
        assert bool(writes) == expected
    pass_days(alice, 1.5 / 24)
    with CaptureQueriesContext(connection) as queries:
        alice.get(path)
    assert any(query["sql"].startswith("UPDATE") for query in queries)


def test_what_is_kept_for_another_reason_is_no_visit_that_hides_one(alice: Client) -> None:
    pass_days(alice, 0.9 / 24)
    session = SessionStore(alice.cookies["sessionid"].value)
    session["something"] = "else"
    session.save()
    pass_days(alice, 0.2 / 24)
    before = UserSession.objects.get().last_seen_at
    alice.get("/account/")
    assert UserSession.objects.get().last_seen_at > before


def test_the_list_of_devices_says_when_each_was_seen_last(alice: Client) -> None:
    phone = Client(headers={"User-Agent": "Firefox/130.0 Android"})
    sign_in(phone)
    pass_days(phone, 3)
    seen = UserSession.objects.get(session_key=phone.cookies["sessionid"].value).last_seen_at
    rows = read(alice.get("/account/sessions/")).the("ul", class_="account-list").all("li")
    told = next(row.text for row in rows if "Android" in row.text)
    assert f"Last seen {seen.day} {seen:%b %Y, %H:%M} UTC" in told
    phone.get("/account/corner/", REMOTE_ADDR="198.51.100.7")
    session = UserSession.objects.get(session_key=phone.cookies["sessionid"].value)
    assert session.last_seen_at > seen
    assert session.ip == "198.51.100.7"


def test_a_session_that_was_ended_elsewhere_is_not_brought_back(alice: Client) -> None:
    phone = Client()
    sign_in(phone)
    pass_days(phone, 1)
    alice.post("/account/sessions/")
    assert not is_in(phone)
    assert UserSession.objects.count() == 1


def test_where_nobody_signs_in_it_ends_an_hour_after_the_last_step(client: Client) -> None:
    def step() -> Session:
        client.get("/account/2fa/webauthn/login/", headers={"Accept": "application/json"})
        return Session.objects.get()

    hour = timedelta(hours=1)
    assert step().expire_date <= timezone.now() + hour
    Session.objects.update(expire_date=timezone.now() + hour / 60)
    assert step().expire_date > timezone.now() + hour * 0.9, "whoever goes on has a whole hour again"
    buyer()
    sign_in(client)
    assert Session.objects.get().expire_date > timezone.now() + timedelta(days=13)


def test_public_pages_neither_ask_for_the_session_nor_renew_it(alice: Client, shop: Sandbox) -> None:
    pass_days(alice, 2)
    before = Session.objects.get().expire_date
    response = alice.get("/beats/")
    assert not response.cookies
    assert "Cookie" not in response["Vary"]
    assert Session.objects.get().expire_date == before


def test_what_has_ended_can_be_cleared(alice: Client, settings: fixtures.Settings) -> None:
    pass_days(alice, 15)
    call_command("clearsessions")
    assert not Session.objects.exists()
