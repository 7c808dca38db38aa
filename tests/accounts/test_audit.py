"""What was done to an account stands on its page: each thing once, by whoever did it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db.models import F
from django.test import Client
from django.utils import timezone

from accounts.audit import KEPT
from accounts.models import AuditEntry, User
from catalog.sync.plan import prune
from tests.accounts.buyers import KEY_PAGE, connected, signed_in
from tests.accounts.people import prove
from tests.pages import read
from tests.sandbox import ALICE, Sandbox

pytestmark = pytest.mark.django_db


def done(client: Client) -> list[str]:
    """Return what the page says was done, the oldest first."""
    (shown,) = read(client.get("/account/")).all("ol", class_="account-activity")
    return [entry.the("b").text for entry in shown.all("li")][::-1]


def test_keys_and_downloads_are_told_of_and_what_does_nothing_is_not(api: Sandbox, alice: User) -> None:
    client = connected(alice, ALICE)
    for address in ("/orders/export.csv", "/favourites/export.csv", "/favourites/export.json"):
        assert client.get(address).status_code == 200
        assert client.head(address).status_code == 200
    # A double click: the second finds nothing to remove.
    for _ in range(2):
        client.post(KEY_PAGE, {"do": "remove"})
    assert read(client.get(KEY_PAGE)).text.count("The key is removed") == 1
    client.post(KEY_PAGE, {"key": "bca_test_nobody"})
    assert done(client) == ["BeatConnect key connected", "Data downloaded", "BeatConnect key removed"]


def test_what_is_done_again_and_again_is_told_once_in_ten_minutes(client: Client, alice: User, bob: User) -> None:
    client.force_login(alice)
    prove(client)
    for minutes in (0, 9, 2):
        AuditEntry.objects.update(at=F("at") - timedelta(minutes=minutes))
        for _ in range(2):
            client.get("/favourites/export.csv")
            client.post("/account/export.json")
            client.post("/account/delete/")
    assert done(client) == ["Data downloaded", "Deletion of the account begun"] * 2
    assert len(mail.outbox) == 2, "nor is a mail sent each time"
    client.get("/favourites/export.csv", REMOTE_ADDR="203.0.113.9")
    assert done(client).count("Data downloaded") == 3, "from elsewhere it is told of, since it may be somebody else"
    bobs = signed_in(bob)
    bobs.get("/favourites/export.csv")
    assert done(bobs) == ["Data downloaded"]


def test_of_each_account_the_newest_thousand_are_kept(alice: User, bob: User) -> None:
    now = timezone.now()
    AuditEntry.objects.bulk_create(
        AuditEntry(user=user, what=AuditEntry.What.SIGNED_IN, at=now - timedelta(minutes=minutes))
        for user, number in ((alice, KEPT + 3), (bob, KEPT))
        for minutes in range(number)
    )
    prune(now)
    for user in (alice, bob):
        entries = AuditEntry.objects.filter(user=user)
        assert entries.count() == KEPT
        assert [entries[0].at, entries[KEPT - 1].at] == [now, now - timedelta(minutes=KEPT - 1)]
