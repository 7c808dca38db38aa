"""What was done to an account stands on its page: each thing once, by whoever did it."""

import pytest
from django.test import Client

from accounts.models import User
from tests.accounts.buyers import KEY_PAGE, connected
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
    assert done(client) == ["BeatConnect key connected", *["Data downloaded"] * 3, "BeatConnect key removed"]
