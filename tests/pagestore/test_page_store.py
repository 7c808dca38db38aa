"""The page store: what it keeps, for how long, for whom, and what it does on a bad day."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import DjangoAssertNumQueries, fixtures

from catalog.models.ledger import ApiCall
from catalog.models.mirror import Beat
from catalog.pagestore.store import FRESH, GRACE, WORTH_SQUEEZING
from tests.accounts.buyers import signed_in
from tests.accounts.people import ALICE, buyer
from tests.pagestore.test_same_as_live import change_price
from tests.pagestore.visiting import Shop
from tests.sandbox import Sandbox

# Answers that are files, or new for each visitor, or that have to be true this second.
NOT_KEPT = {"cover", "avatar", "card", "status", "status-figures", "webhook", None}
NOT_KEPT |= {"service-worker", "offline", "styleguide"}


def names() -> Iterator[tuple[str | None, Any]]:
    def walk(patterns: Iterable[Any]) -> Iterator[tuple[str | None, Any]]:
        for one in patterns:
            if isinstance(one, URLPattern):
                yield one.name, one.callback
            elif isinstance(one, URLResolver) and "admin" not in str(one.pattern) and "account" not in str(one.pattern):
                yield from walk(one.url_patterns)

    return walk(get_resolver().url_patterns)


def test_every_public_page_is_kept_and_no_private_one() -> None:
    private = {name for name, view in names() if view.__module__.startswith(("accounts", "allauth"))}
    for name, view in names():
        assert hasattr(view, "kept") == (name not in NOT_KEPT | private), name


def test_a_page_is_made_once(shop: Sandbox, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    visited = Shop()
    first = visited.ask("/beats/", accept_encoding="br")
    assert first.cache == "miss"
    with django_assert_num_queries(0):
        again = [visited.ask("/beats/", accept_encoding=encoding) for encoding in ("br", "gzip", "", "br;q=0")]
    assert {answer.cache for answer in again} == {"hit"}
    assert {answer.body for answer in again} == {first.body}
    assert [answer.headers.get("Content-Encoding") for answer in again] == ["br", "gzip", None, None]
    assert all(int(answer.headers["Content-Length"]) == len(answer.sent) for answer in again)


def test_the_same_question_in_other_words_is_one_page(shop: Sandbox) -> None:
    visited = Shop()
    assert visited.ask("/beats/?genre=1&sort=popular").cache == "miss"
    for query in ("sort=popular&genre=1", "utm_source=x&genre=1&sort=popular", "genre=1&fbclid=%ff&sort=popular&&"):
        assert visited.ask(f"/beats/?{query}").cache == "hit"
        assert visited.ask(f"/beats/?{query}", host="localhost", cookie="sessionid=" + "a1" * 16).cache == "hit"
    assert len(visited.store.shelf) == 1


def test_nobody_can_fill_the_memory_with_headers(shop: Sandbox) -> None:
    visited = Shop()
    for number in range(20):
        visited.ask(
            "/beats/", hx_request="true", hx_target=f"made-up-{number}", save_data=f"x{number}", host="localhost"
        )
    assert len(visited.store.shelf) == 1


def test_a_changed_mirror_shows_within_the_grace(shop: Sandbox) -> None:
    visited = Shop()
    address = Beat.objects.get(pk=2).url
    assert b"$12.34" not in visited.ask(address).body
    change_price(2, 1234)
    visited.look()
    before = visited.ask(address)
    assert (before.cache, b"$12.34" in before.body) == ("stale", False)
    visited.work()
    after = visited.ask(address)
    assert (after.cache, b"$12.34" in after.body) == ("hit", True)
    change_price(2, 4321)
    visited.look()
    visited.clock.now += GRACE
    waited = visited.ask(address)
    assert (waited.cache, b"$43.21" in waited.body) == ("miss", True)


def test_the_hottest_pages_are_made_anew_before_anybody_asks(shop: Sandbox) -> None:
    visited = Shop()
    for _ in range(3):
        visited.ask("/beats/")
    visited.ask("/genres/")
    change_price(1, 1234)
    visited.look()
    visited.work()
    visited.clock.now += GRACE
    assert visited.ask("/beats/").cache == "hit"
    assert visited.ask("/genres/").cache == "miss"


def test_a_page_that_nothing_changes_is_looked_at_once_a_minute(shop: Sandbox) -> None:
    visited = Shop()
    visited.ask("/beats/")
    visited.clock.now += FRESH - 1
    assert visited.ask("/beats/").cache == "hit"
    visited.clock.now += 1
    assert visited.ask("/beats/").cache == "stale"
    visited.clock.now += GRACE
    assert visited.ask("/beats/").cache == "miss"


def test_what_is_asked_for_often_is_made_as_small_as_it_gets(shop: Sandbox) -> None:
    visited = Shop()
    quick = visited.ask("/genres/", accept_encoding="br")
    for _ in range(WORTH_SQUEEZING):
        visited.ask("/genres/", accept_encoding="br")
    visited.work()
    best = visited.ask("/genres/", accept_encoding="br")
    assert len(best.sent) < len(quick.sent)
    assert best.body == quick.body
    # A change that doesn't touch the page doesn't cost it that again.
    change_price(200, 1234)
    visited.look()
    visited.work()
    assert visited.ask("/genres/", accept_encoding="br").sent == best.sent


def test_a_beat_taken_off_is_not_shown_from_memory(shop: Sandbox) -> None:
    visited = Shop()
    beat = Beat.objects.get(pk=2)
    assert visited.ask(beat.url).status == 200
    Beat.objects.filter(pk=2).update(gone_at=beat.fetched_at)
    change_price(3, 1)
    visited.look()
    visited.clock.now += GRACE
    assert visited.ask(beat.url).status == 410
    assert len(visited.store.shelf) == 0


def test_alice_meets_the_same_page_as_a_stranger_and_leaves_nothing_in_it(shop: Sandbox) -> None:
    alice = buyer(ALICE)
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in signed_in(alice).cookies.items())
    visited = Shop()
    for address in ("/", "/beats/", "/search/?q=afro"):
        hers = visited.ask(address, cookie=cookie, authorization="Bearer bca_live_alice")
        his = visited.ask(address)
        assert (hers.cache, his.cache) == ("miss", "hit")
        assert hers.body == his.body
        assert "Set-Cookie" not in hers.headers
        assert "Cookie" not in hers.headers["Vary"]
        assert alice.email.encode() not in hers.body
    for address in ("/account/", "/orders/", "/account/beatconnect/"):
        mine = visited.ask(address, cookie=cookie)
        assert (mine.status, mine.cache, mine.headers["Cache-Control"]) == (200, "", "private, no-store")
        assert visited.ask(address).status == 302
    assert alice.email.encode() in visited.ask("/account/", cookie=cookie).body


def test_a_host_of_nobody_and_a_plain_request_are_left_to_django(shop: Sandbox, settings: fixtures.Settings) -> None:
    visited = Shop()
    visited.ask("/beats/")
    assert visited.ask("/beats/", host="evil.example").status == 400
    settings.SECURE_SSL_REDIRECT = True
    settings.SITE_URL = "https://localhost"
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    secured = Shop()
    assert secured.ask("/beats/", host="localhost").status == 301
    assert secured.ask("/beats/", host="localhost", x_forwarded_proto="https").cache == "miss"
    settings.TRUSTED_PROXIES = []
    assert secured.ask("/beats/", host="localhost", x_forwarded_proto="https").cache == ""


def test_a_redirect_takes_the_whole_query_along(shop: Sandbox) -> None:
    visited = Shop()
    answer = visited.ask("/beats/2/?utm_source=x")
    assert answer.status == 301
    assert answer.headers["Location"].endswith("?utm_source=x")


def test_what_a_robot_did_not_find_is_still_asked_for_by_a_person(shop: Sandbox) -> None:
    ApiCall.objects.all().delete()
    shop.add_beat(title="Xylophone Sunrise")
    visited, address, person = Shop(), "/search/?q=xylophone", "Mozilla/5.0 (Linux; Android 14)"
    for looks in ({"user_agent": "Googlebot/2.1"}, {"user_agent": person, "sec_purpose": "prefetch"}):
        robots = visited.ask(address, **looks)
        assert (robots.status, robots.cache, robots.headers["Cache-Control"]) == (200, "", "no-store")
    assert b"Xylophone Sunrise" in visited.ask(address, user_agent=person).body
    assert visited.ask(address, user_agent="Googlebot/2.1").cache == "hit"
