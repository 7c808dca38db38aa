"""The real server with the real static files: what the test client can't show."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.bench.first_view import first_view
from tests.html import Elements
from tests.sandbox import Sandbox
from tests.storefront.real_server import real_server


@pytest.fixture(scope="module")
def server(sandbox_server: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    sandbox_server.reset()
    with real_server(sandbox_server, tmp_path_factory.mktemp("shop")) as shop:
        yield shop.origin


def get(url: str, **headers: str) -> requests.Response:
    return requests.get(url, headers={"Accept-Encoding": "br, gzip", **headers}, timeout=20, allow_redirects=False)


def test_a_fresh_shop_shows_beats_to_its_first_visitors_for_one_call(server: str, sandbox_server: Sandbox) -> None:
    assert get(f"{server}/readyz").status_code in {200, 503}
    # Long enough for all of them to come while the first one waits.
    sandbox_server.fault("latency", seconds=0.5, times=1)
    with ThreadPoolExecutor(8) as visitors:
        pages = list(visitors.map(get, [f"{server}/beats/"] * 8))
    assert [page.status_code for page in pages] == [200] * 8
    assert all(len(Elements(page.text).all("li", class_="card")) == 24 for page in pages)
    assert sandbox_server.asked == 1
    assert get(f"{server}/readyz").status_code == 200


def test_every_asset_is_hashed_compressed_and_kept_for_a_year(server: str) -> None:
    page = Elements(get(f"{server}/beats/").text)
    assets = [link["href"] for link in page.all("link", rel="stylesheet")]
    assets += [script["src"] for script in page.all("script") if "src" in script]
    assert len(assets) == 4
    for asset in assets:
        answer = get(server + asset)
        assert answer.status_code == 200, asset
        assert "immutable" in answer.headers["Cache-Control"], asset
        assert answer.headers.get("Content-Encoding") == "br" or len(answer.content) < 500, asset


def test_an_unchanged_page_is_not_sent_again(server: str) -> None:
    first = get(f"{server}/beats/")
    again = get(f"{server}/beats/", **{"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert not again.content


def test_a_foreign_host_is_refused_and_the_probes_are_not(server: str) -> None:
    assert get(f"{server}/beats/", Host="evil.example").status_code == 400
    assert get(f"{server}/livez", Host="10.0.0.3").status_code == 200


def test_a_slow_api_blocks_nobody_who_reads_the_mirror(server: str, sandbox_server: Sandbox) -> None:
    asked = sandbox_server.asked
    sandbox_server.fault("latency", seconds=30)
    assert get(f"{server}/beats/?sort=popular").status_code == 200
    assert sandbox_server.asked == asked


def test_a_page_needs_few_requests(server: str) -> None:
    page = Elements(get(f"{server}/beats/").text)
    assert len(page.all("link", rel="stylesheet")) == 1
    assert len([script for script in page.all("script") if "src" in script]) == 3


def test_a_first_view_of_the_beats_weighs_at_most_40_kb(server: str) -> None:
    parts = first_view(server, "/beats/")
    assert sum(part.body + part.headers for part in parts) <= 40_000


@pytest.mark.parametrize(
    ("accepts", "encoding"),
    [
        ("br, gzip", "br"),
        ("gzip, BR;q=0.9", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("*", None),
        ("x" * 5_000, None),
        ("identity", None),
    ],
)
def test_a_page_comes_as_small_as_the_client_takes_it(server: str, accepts: str, encoding: str | None) -> None:
    answer = get(f"{server}/beats/", **{"Accept-Encoding": accepts})
    assert answer.headers.get("Content-Encoding") == encoding
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert answer.text.endswith("</html>\n")
    again = get(f"{server}/beats/", **{"Accept-Encoding": accepts, "If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_private_answer_is_never_compressed_with_brotli(server: str) -> None:
    assert get(f"{server}/admin/login/").headers.get("Content-Encoding") != "br"
