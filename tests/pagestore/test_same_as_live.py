"""What the page store answers is what the shop would answer without it, whatever is asked in whatever order."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from catalog.models.mirror import Beat
from catalog.pagestore.store import GRACE
from catalog.state import lock_state, visibly_changed
from tests.pagestore.visiting import Answer, Shop, ask
from tests.sandbox import Sandbox

PATHS = [
    *("/", "/fr/", "/beats/", "/sw/beats/", "/beats/1/", "/beats/3/", "/beats/999999/", "/genres/", "/genres/1/"),
    *("/producers/", "/producers/1/", "/search/", "/search/suggest/", "/tape/", "/player/", "/embed/beats/1/"),
    *("/feeds/beats.xml", "/beats.m3u", "/tape.m3u", "/sitemap.xml", "/robots.txt", "/manifest.webmanifest"),
    *("/oembed/", "/nothing/", "/beats", "/account/", "/orders/", "/embed/tape/", "/beats/%ff/", "/livez"),
]
PAIRS = ["page=2", "page=99", "sort=popular", "genre=1", "genre=2", "key=8A", "q=afro", "q=%C3%A9", "q=", "b=1,2,3"]
PAIRS += ["utm_source=x", "url=http://127.0.0.1:8000/beats/1/", "layout=strip", "bpm_min=90", "sort=nonsense", "%ff=1"]
HEADERS: dict[str, list[str]] = {
    "accept_encoding": ["br", "gzip", "gzip, deflate, br;q=0", "identity"],
    "hx_request": ["true", "false"],
    "hx_target": ["results", "main", "<script>"],
    "hx_history_restore_request": ["true"],
    "save_data": ["on", "off"],
    "sec_fetch_dest": ["document", "empty"],
    "cookie": [f"sessionid={'a1' * 16}; signed_in=1", f"csrftoken={'x' * 32}"],
    "authorization": ["Bearer bca_live_stolen"],
    "accept_language": ["fr"],
    "user_agent": ["Mozilla/5.0", "Googlebot"],
    "host": ["127.0.0.1:8000", "localhost", "evil.example", "127.0.0.1:8000@evil.example"],
}
requests = st.tuples(
    st.just("ask"),
    st.sampled_from(PATHS),
    st.lists(st.sampled_from(PAIRS), max_size=4),
    st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in HEADERS.items()}),
    st.sampled_from(["GET", "GET", "GET", "HEAD", "POST", "OPTIONS"]),
)
changes = st.tuples(st.just("change"), st.integers(1, 30), st.integers(1, 9_999))
# Of the same page in other bytes: another length, and a tag that says so.
OF_THE_ENCODING = {"Content-Encoding", "Content-Length", "ETag"}


@pytest.mark.usefixtures("shop")
@settings(max_examples=60, phases=[Phase.generate, Phase.shrink])
@given(steps=st.lists(st.one_of(requests, requests, requests, changes), min_size=1, max_size=8))
def test_the_store_answers_as_the_shop_does(steps: list[Any]) -> None:
    visited = Shop()
    for kind, *step in steps:
        if kind == "change":
            change_price(*step)
            visited.look()
            visited.clock.now += GRACE
            continue
        path, pairs, headers, method = step
        address = f"{path}?{'&'.join(pairs)}" if pairs else path
        live = ask(visited.live, address, method, **headers)
        # Twice, since the first time it is made and the second time kept.
        for _ in range(2):
            assert_same(visited.ask(address, method, **headers), live, method)


def test_a_browser_that_has_the_page_is_told_so(shop: Sandbox) -> None:
    visited = Shop()
    for path in ("/beats/", "/fr/beats/?genre=1", "/feeds/beats.xml", "/embed/beats/1/"):
        for encoding in ("br", "gzip", "identity"):
            page = visited.ask(path, accept_encoding=encoding)
            for said in (page.headers["ETag"], f'"other", {page.headers["ETag"]}', "*"):
                kept = visited.ask(path, accept_encoding=encoding, if_none_match=said)
                live = ask(visited.live, path, accept_encoding=encoding, if_none_match=said)
                assert (kept.status, kept.sent, live.status) == (304, b"", 304)
                assert kept.headers["ETag"] == live.headers["ETag"]
                told = {name: value for name, value in page.headers.items() if not name.startswith("Content-")}
                told |= {"ETag": live.headers["ETag"], "X-Cache": "hit"}
                told |= {"Content-Security-Policy": page.headers["Content-Security-Policy"]}
                assert kept.headers == told
            assert visited.ask(path, accept_encoding=encoding, if_none_match='"other"').status == 200


@pytest.mark.parametrize("path", ["/beats/999999/", "/genres/999999/", "/oembed/", "/producers/999999/x/check/"])
def test_an_error_has_the_form_that_the_request_wants(shop: Sandbox, path: str) -> None:
    visited = Shop()
    for target in ("results", "main"):
        wanted = {"hx_request": "true", "hx_target": target}
        assert_same(visited.ask(path, **wanted), ask(visited.live, path, **wanted), "GET")


def change_price(pk: int, hundredths: int) -> None:
    with transaction.atomic():
        lock_state()
        Beat.objects.filter(pk=pk).update(price=Decimal(hundredths) / 100)
        visibly_changed()


def assert_same(kept: Answer, live: Answer, method: str) -> None:
    assert kept.status == live.status
    # Of a HEAD the server takes the body out, if there is one.
    assert kept.body == live.body or (method == "HEAD" and not kept.sent)
    names = (set(kept.headers) | set(live.headers)) - {"X-Cache"} - OF_THE_ENCODING
    assert {name: kept.headers.get(name) for name in names} == {name: live.headers.get(name) for name in names}
    if kept.cache and method == "GET":
        assert {name: kept.headers.get(name) for name in ("Content-Encoding", "ETag")} == {
            name: live.headers.get(name) for name in ("Content-Encoding", "ETag")
        }
