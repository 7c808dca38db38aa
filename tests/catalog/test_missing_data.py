"""What BeatConnect leaves out, or mends later: shown under another name, and let go of."""

import pytest
from django.test import Client
from pytest_django import fixtures

from catalog.models.mirror import Quarantined
from tests.conftest import sweep, sweep_later
from tests.pages import read
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


def test_what_came_right_leaves_the_quarantine(client: Client, api: Sandbox, settings: fixtures.Settings) -> None:
    settings.BEATCONNECT_MEDIA_HOSTS = ["https://elsewhere.example"]
    api.change_beat(9, price=-1)
    sweep()
    assert set(Quarantined.objects.values_list("kind", flat=True)) == {"beat", "media origin"}
    settings.BEATCONNECT_MEDIA_HOSTS = [api.origin]
    api.change_beat(9, price=5)
    sweep_later(api)
    assert not Quarantined.objects.exists()


def test_what_has_no_name_is_shown_under_its_number_or_its_profiles_name(client: Client, api: Sandbox) -> None:
    beat = api.beats()[0]
    named = api.beats(producer=beat["user_id"])[1:]
    api.change_beat(beat["id"], producer_name=None, genre={"id": 77, "name": None}, play_count=None)
    sweep()
    page = read(client.get(f"/beats/{beat['id']}/", follow=True))
    assert f"by {named[0]['producer_name']}" in page.the("article").text
    assert "Genre #77" in page.the("article").text
    assert read(client.get("/genres/77/")).the("h1").text == "Genre #77"
    for address in ("/beats/", "/genres/", "/genres/77/", f"/beats/{beat['id']}/"):
        for link in read(client.get(address, follow=True)).the("main").all("a"):
            assert link.text or "aria-label" in link.attributes, (address, link["href"])
