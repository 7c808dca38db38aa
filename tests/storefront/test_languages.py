"""The same pages in every language: the address alone decides which, and no number or link is lost on the way."""

import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from tests.pages import PUBLIC, SITE_URL, VARY, Node, read
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db

CODES = [code for code, _ in settings.LANGUAGES]
OTHERS = [code for code in CODES if code != "en"]
PAGES = [
    "/",
    "/beats/?genre=2&bpm_min=90&bpm_max=130&price_min=9.50&sort=popular",
    "/beats/253/",
    "/genres/",
    "/genres/2/",
    "/producers/?sort=beats",
    "/producers/5001/",
    "/producers/5001/-/check/",
    "/search/?q=piano",
    "/embed/beats/5/",
]
# What is the same thing for everybody.
FOR_ALL = re.compile(r"/(covers|cards|feeds|static|oembed|media)/|.*\.m3u\b")
# Attributes that programs read: "9,5" would be no number to them.
NUMBERS = ("value", "min", "max", "step", "d", "x", "y", "points", "viewbox", "width", "height", "datetime")


def numbers(page: Node) -> list[tuple[str, str, str]]:
    return [
        (node.tag, name, node[name])
        for node in page.walk()
        for name in NUMBERS
        if name in node.attributes and node.tag != "button"
    ]


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_stays_in_its_language(client: Client, shop: Sandbox, code: str, path: str) -> None:
    response = client.get(f"/{code}{path}", follow=True)
    assert response.status_code == 200
    assert response.request["PATH_INFO"].startswith(f"/{code}/")
    assert not response.cookies
    assert "Accept-Language" not in response.get("Vary", "")
    page = read(response)
    assert page.the("html")["lang"] == code
    for link in page.all("a", href=True):
        address = urlsplit(link["href"])
        ours = f"{address.scheme}://{address.netloc}" in {SITE_URL, "://"} and address.path
        if ours and "hreflang" not in link.attributes and not FOR_ALL.match(address.path):
            assert address.path.startswith(f"/{code}/"), link["href"]
    # The hearts' form leads where the heart that is pressed says.
    led = [form["action"] for form in page.all("form") if form.attributes.get("id") != "keep"]
    led += [button["formaction"] for button in page.all("button", formaction=True)]
    assert all(address.startswith(f"/{code}/") for address in led)


@pytest.mark.parametrize("path", PAGES)
def test_programs_read_the_same_numbers_in_every_language(client: Client, shop: Sandbox, path: str) -> None:
    english = numbers(read(client.get(path, follow=True)))
    for code in OTHERS:
        assert numbers(read(client.get(f"/{code}{path}", follow=True))) == english


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("path", ["/", "/beats/?genre=2&page=2", "/genres/"])
def test_each_version_names_all_the_others(client: Client, shop: Sandbox, code: str, path: str) -> None:
    prefixes = {"en": "", **{other: f"/{other}" for other in OTHERS}}
    response = client.get(prefixes[code] + path)
    assert response["Cache-Control"] == PUBLIC
    assert {part.strip() for part in response["Vary"].split(",")} == VARY
    page = read(response)
    versions = {other: SITE_URL + prefix + path for other, prefix in prefixes.items()}
    told = {link["hreflang"]: link["href"] for link in page.all("link", rel="alternate", hreflang=True)}
    assert told == {**versions, "x-default": versions["en"]}
    assert page.the("link", rel="canonical")["href"] == versions[code]
    links = {link["lang"]: SITE_URL + link["href"] for link in page.all("a", hreflang=True)}
    assert links == versions
    assert page.the("a", hreflang=True, aria_current=True)["lang"] == code


def test_what_the_browser_speaks_changes_nothing(client: Client, shop: Sandbox) -> None:
    plain = client.get("/beats/")
    assert client.get("/beats/", headers={"Accept-Language": "fr,pt;q=0.9"}).content == plain.content
    assert client.get("/beats/", headers={"Accept-Language": "x;q=" * 2_000}).content == plain.content


def test_a_language_without_its_slash_gets_one(client: Client, shop: Sandbox) -> None:
    assert client.get("/fr")["Location"] == "/fr/"
    assert client.get("/fr/beats")["Location"] == "/fr/beats/"


@pytest.mark.parametrize("path", ["/de/", "/en/", "/frx/", "/fr/nowhere/", "/fr/static/css/site.css", "/fr/readyz"])
def test_what_is_no_page_in_a_language_is_no_page(client: Client, shop: Sandbox, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/fr//evil.example/", "//evil.example/", "/fr/fr/", "/fr/%0d%0aX: y/"])
def test_a_page_that_is_not_there_leads_to_no_other_site(client: Client, shop: Sandbox, path: str) -> None:
    response = client.get("/", PATH_INFO=path)
    assert response.status_code == 404
    for link in read(response).all("a", hreflang=True):
        assert re.match(r"/(?!/)", link["href"]), link["href"]


def test_one_visitor_s_language_is_not_the_next_one_s(client: Client, shop: Sandbox) -> None:
    english = client.get("/beats/").content
    client.get("/fr/beats/")
    assert client.get("/beats/").content == english
    client.get("/fr/nowhere/")
    assert client.get("/beats/").content == english


def test_a_player_speaks_the_language_of_its_page(client: Client, shop: Sandbox) -> None:
    answer = client.get("/oembed/", {"url": f"{SITE_URL}/fr/beats/5/"}).json()
    assert f"{SITE_URL}/fr/embed/beats/5/" in answer["html"]
    assert client.get("/oembed/", {"url": "http://[/fr/beats/5/"}).status_code == 404
