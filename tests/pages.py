"""Reads a page as a browser would, and says what every page of the shop must be."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Self

from django.http import HttpResponse
from django.test import Client

SITE_URL = "http://127.0.0.1:8000"
PUBLIC = "public, max-age=0, s-maxage=5, stale-while-revalidate=30, stale-if-error=86400"
VARY = {"Accept-Encoding", "HX-Request", "HX-Target", "HX-History-Restore-Request", "Save-Data"}
# Requests that must be answered with the whole page, though htmx or something like it made them.
WHOLE_PAGE_HEADERS = {
    "a history restore": {
        "HX-Request": "true",
        "HX-Target": "results",
        "HX-History-Restore-Request": "true",
    },
    "a navigation": {"HX-Request": "true", "HX-Target": "results", "Sec-Fetch-Dest": "document"},
    "a boosted link": {"HX-Request": "true", "HX-Boosted": "true", "HX-Target": "main"},
    "an unknown target": {"HX-Request": "true", "HX-Target": "<script>alert(1)</script>"},
    "a target of another page": {"HX-Request": "true", "HX-Target": "../../settings.py"},
    "a request without a target": {"HX-Request": "true"},
    "a target without a request": {"HX-Target": "results"},
    "a request that is not quite true": {"HX-Request": "TRUE", "HX-Target": "results"},
}
OTHER_METHODS = ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "FOO")
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Node:
    """An element: its attributes, and the elements and texts in it."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag, self.attributes = tag, attributes
        self.children: list[Self | str] = []

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def walk(self) -> Iterator[Self]:
        for child in self.children:
            if not isinstance(child, str):
                yield child
                yield from child.walk()

    def all(self, tag: str = "", **wanted: str | bool) -> list[Self]:
        """Return the elements of a kind; `class_` names one of their classes, True asks only that there is one."""
        names = {key.rstrip("_").replace("_", "-"): value for key, value in wanted.items()}
        return [
            node
            for node in self.walk()
            if tag in {"", node.tag} and all(node.matches(name, value) for name, value in names.items())
        ]

    def the(self, tag: str = "", **wanted: str | bool) -> Self:
        """Return the one element of a kind."""
        found = self.all(tag, **wanted)
        assert len(found) == 1, f"{len(found)} of <{tag} {wanted}>"
        return found[0]

    def matches(self, name: str, value: str | bool) -> bool:
        if value is True or name not in self.attributes:
            return name in self.attributes
        return value in self[name].split() if name == "class" else self[name] == value

    @property
    def text(self) -> str:
        """Return all text inside, as one line."""
        return " ".join(self._raw().split())

    def _raw(self) -> str:
        return "".join(child if isinstance(child, str) else child._raw() for child in self.children)

    @property
    def skeleton(self) -> list[tuple[str, list[str]]]:
        """Return what no text may change: the elements inside, each with the names of its attributes."""
        return [(node.tag, sorted(node.attributes)) for node in self.walk()]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Node("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in _VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if any(node.tag == tag for node in self.open):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(response: HttpResponse) -> Node:
    """Return the root of a page or fragment."""
    reader = _Reader()
    reader.feed(response.content.decode())
    reader.close()
    return reader.open[0]


def cards(node: Node) -> list[int]:
    """Return the ids of the beats shown as cards, in their order."""
    return [int(card["data-beat"]) for card in node.all("li", data_beat=True)]


def links(node: Node) -> list[str]:
    """Return where the links lead."""
    return [link["href"] for link in node.all("a", href=True)]


def vary(response: HttpResponse) -> set[str]:
    """Return the headers that the answer varies by."""
    return {name.strip() for name in response.headers.get("Vary", "").split(",") if name.strip()}


def assert_whole(response: HttpResponse) -> Node:
    """Check that an answer is a whole page in the site's dress, and return it."""
    page = read(response)
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert response.content.lstrip().lower().startswith(b"<!doctype html>")
    assert page.the("html")["lang"] == "en"
    assert page.the("title").text.endswith("BeatConnect Beats")
    assert len(page.all("h1")) == 1
    assert page.the("main")["id"] == "main"
    # What keeps the music playing, and Back whole.
    assert "data-hx-history-elt" in page.the("main").attributes
    assert page.the("section", id="player")
    assert page.the("nav", aria_label="Main")
    ids = [node["id"] for node in page.all(id=True)]
    assert len(ids) == len(set(ids)), "an id stands twice"
    return page


def assert_public(response: HttpResponse, path: str) -> Node:
    """Check that an answer is a whole page that any cache may keep, at its one address, and return it."""
    page = assert_whole(response)
    assert response.status_code == 200
    assert response["Cache-Control"] == PUBLIC
    assert vary(response) == VARY
    assert response["ETag"]
    assert not response.cookies
    assert page.the("link", rel="canonical")["href"] == SITE_URL + path
    return page


def assert_results(response: HttpResponse, status: int = 200) -> Node:
    """Check that an answer is the fragment `results` and nothing else, and return it."""
    root = read(response)
    assert response.status_code == status
    assert [child.tag for child in root.children if isinstance(child, Node)] == ["section"]
    assert b"<html" not in response.content
    assert b"<main" not in response.content
    assert response["X-Robots-Tag"] == "noindex"
    assert vary(response) == VARY
    assert not response.cookies
    assert response["Cache-Control"] == (PUBLIC if status == 200 else "no-store")
    return root.the("section", id="results")


def assert_refused(response: HttpResponse, status: int) -> Node:
    """Check that an answer is an error in the site's dress that nobody keeps and that tells nothing."""
    page = assert_whole(response)
    assert response.status_code == status
    assert response["Cache-Control"] in {"no-store", "private, no-store"}
    assert not response.cookies
    assert "Traceback" not in page.text
    assert "Django" not in page.text
    return page


def assert_other_methods_refused(client: Client, address: str) -> None:
    """Check that an address can be read and nothing else, and says so in the site's dress."""
    for method in OTHER_METHODS:
        response = client.generic(method, address)
        assert_refused(response, 405)
        assert response["Allow"] == "GET, HEAD"
    # What some frameworks believe.
    override = {"X-HTTP-Method-Override": "DELETE"}
    assert client.get(address, {"_method": "DELETE"}, headers=override).status_code == 200
    head = client.head(address)
    assert (head.status_code, head.content) == (200, b"")


def assert_whole_for_all_but_fragments(client: Client, address: str) -> None:
    """Check that whoever does not ask for a known fragment gets the whole page."""
    whole = client.get(address).content
    for who, headers in WHOLE_PAGE_HEADERS.items():
        assert client.get(address, headers=headers).content == whole, who
