"""The shop on a phone's home screen: what it says of itself, what it keeps there, and how it is taken away again."""

import re
from struct import unpack

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from pytest_django import fixtures

from tests.pages import read
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


def test_the_manifest_leads_to_pages_and_pictures_that_are_there(client: Client, shop: Sandbox) -> None:
    page = read(client.get("/"))
    response = client.get(page.the("link", rel="manifest")["href"])
    assert response["Content-Type"] == "application/manifest+json"
    facts = response.json()
    assert facts["display"] == "standalone"
    for address in [facts["start_url"], *(shortcut["url"] for shortcut in facts["shortcuts"])]:
        assert client.get(address).status_code == 200
    for icon in facts["icons"]:
        with open(finders.find(icon["src"].removeprefix("/static/")), "rb") as file:
            start = file.read(24)
        if icon["type"] == "image/png":
            assert f"{unpack('>I', start[16:20])[0]}x{unpack('>I', start[20:24])[0]}" == icon["sizes"]
        else:
            assert start.startswith(b"<svg")
    assert {icon["purpose"] for icon in facts["icons"]} == {"any", "maskable"}
    assert finders.find(page.the("link", rel="apple-touch-icon")["href"].removeprefix("/static/"))


def test_the_worker_keeps_static_files_and_one_page(client: Client, shop: Sandbox) -> None:
    address = read(client.get("/")).the("body")["data-worker"]
    response = client.get(address)
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cache-Control"] == "no-cache"
    kept = re.findall(r'"(/[^"]*)"', re.search(r"PARTS = \[(.*)\]", response.content.decode())[1])
    assert [path for path in kept if not path.startswith("/static/")] == ["/offline/"]
    assert all(finders.find(path.removeprefix("/static/")) for path in kept if path.startswith("/static/"))


def test_the_page_for_no_connection_needs_nothing_that_is_not_kept(client: Client) -> None:
    page = read(client.get("/offline/"))
    parts = [node["href"] for node in page.all("link")] + [node["src"] for node in page.all(src=True)]
    worker = client.get("/sw.js").content.decode()
    assert all(f'"{part}"' in worker for part in parts)
    assert len(page.all("h1")) == 1
    assert {node["lang"] for node in page.all("div", lang=True)} == {"en", "fr", "pt", "sw"}


def test_switched_off_it_takes_itself_away(client: Client, shop: Sandbox, settings: fixtures.Settings) -> None:
    settings.SERVICE_WORKER = False
    assert "data-worker" not in read(client.get("/")).the("body").attributes
    worker = client.get("/sw.js").content.decode()
    assert "unregister()" in worker
    assert "fetch" not in worker


@pytest.mark.parametrize("path", ["/", "/beats/", "/beats/253/", "/genres/2/", "/producers/5001/", "/search/?q=piano"])
def test_who_saves_data_is_sent_no_cover(client: Client, shop: Sandbox, path: str) -> None:
    full, light = client.get(path, follow=True), client.get(path, follow=True, headers={"Save-Data": "on"})
    assert read(full).the("main").all("img")
    assert not read(light).the("main").all("img")
    assert read(light).all("button", data_show_covers=True)
    assert "Save-Data" in light["Vary"]
