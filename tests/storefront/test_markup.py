"""Every page is HTML without an error: for a strict parser, and where ids, labels and moments are meant to match."""

import re
from collections import Counter

import html5lib
import pytest
from django.test import Client

from catalog.models.mirror import Beat
from tests.browser.pages import PAGES
from tests.pages import Node, read
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db

MORE = {
    "a French page": "/fr/beats/",
    "a player": "/embed/beats/5/",
    "a strip of players": "/embed/producers/5001/?layout=strip",
    "no connection": "/offline/",
}
# A date, a moment with its zone, a length of time: as the HTML standard writes them.
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d))?|PT\d+M\d+S")
POINTS_TO = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list", "form")


@pytest.fixture
def varied(shop: Sandbox) -> None:
    unknown = {"price": None, "bpm": None, "key": "", "duration": None, "audio_url": "", "cover_url": ""}
    Beat.objects.filter(pk=252).update(**unknown, producer=None, genre=None)
    Beat.objects.filter(pk=7).update(gone_at="2026-01-01T00:00Z")


@pytest.mark.parametrize("address", [*PAGES.values(), *MORE.values()], ids=[*PAGES, *MORE])
def test_a_page_has_no_error(client: Client, varied: None, address: str) -> None:
    response = client.get(address, follow=True)
    assert errors(response.content.decode()) == []
    page = read(response)
    ids = Counter(node["id"] for node in page.all(id=True))
    assert [name for name, times in ids.items() if times > 1] == []
    assert [target for target in pointed_at(page) if target not in ids] == []
    for node in page.all("time", datetime=True):
        assert MOMENT.fullmatch(node["datetime"]), node["datetime"]


def pointed_at(page: Node) -> list[str]:
    """Return every id that something on the page means to name."""
    named = [node[name].split() for node in page.walk() for name in POINTS_TO if name in node.attributes]
    fragments = [[node["href"][1:]] for node in page.all("a", href=True) if re.match("#.", node["href"])]
    return [target for targets in named + fragments for target in targets]


def errors(text: str) -> list[str]:
    parser = html5lib.HTMLParser()
    parser.parse(text)
    return [f"{code} at {place}: {facts}" for place, code, facts in parser.errors]


@pytest.mark.parametrize("wrong", ["<div>", "<p><div></p>", "<a><a></a></a>", "<p id=a id=b>", "<p a='b'c='d'>"])
def test_the_parser_sees_errors(wrong: str) -> None:
    page = "<!DOCTYPE html><html lang=en><head><title>x</title></head><body>{}</body></html>"
    assert not errors(page.format(""))
    assert errors(page.format(wrong))
