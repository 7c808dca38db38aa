"""What the API says is text: whatever a producer writes into a title runs nothing, on no page and in no script."""

import json

from playwright.sync_api import Page, expect

from catalog.models.mirror import Beat
from tests.browser.listening import play
from tests.browser.swaps import back, swapped
from tests.conftest import sweep
from tests.sandbox import Sandbox

TITLES = {
    253: "<script>hacked=1</script><img src=x onerror=hacked=1>",
    251: "\" onfocus=hacked=1 autofocus x='{{ 7 }}${hacked=1}%s %1",
    250: "</title></noscript></audio><svg onload=hacked=1>",
    249: "<b hx-on:load=hacked=1 hx-get=/ hx-trigger=load data-hx-get=/ data-hx-trigger=load>b</b>",
}
ADDRESSES = {
    253: "javascript:hacked=1",
    252: "data:text/html,<script>hacked=1</script>",
    251: "//evil.example/a.mp3",
}
KEPT = (
    "not json",
    "null",
    '{"beat":{"id":"1","src":"javascript:hacked=1","href":"/beats/1/","title":"x"},"at":3}',
    '{"beat":{"id":"1","src":"http://a.example/a.mp3","href":"//evil.example/","title":"x"},"at":3}',
    '{"beat":{"id":"1","src":"http://a.example/a.mp3","href":"javascript:hacked=1","title":"x"},"at":3}',
    '{"beat":{"id":"1","src":"http://[","href":"/beats/1/","title":"x"},"at":3}',
    '{"beat":{},"at":"soon"}',
)


def test_hostile_titles_are_shown_and_never_run(page: Page, api: Sandbox) -> None:
    for number, title in TITLES.items():
        api.change_beat(number, title=title, producer_name=title, genre={"id": number, "name": title})
    sweep()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/beats/")
    for number, title in TITLES.items():
        card = page.locator(f"main li[data-beat='{number}']")
        button = card.locator("[data-play]")
        expect(card.locator(".card-title")).to_have_text(title)
        assert button.get_attribute("aria-label") == f"Play {title}"
        play(page, button)
        assert button.get_attribute("aria-label") == f"Pause {title}"
        expect(page.locator("[data-player-title]")).to_have_text(title)
        expect(page.locator("[data-player-toggle]")).to_have_attribute("aria-label", f"Pause {title}")
        with swapped(page, "main"):
            card.locator(".card-title a").click()
        expect(page.locator("h1")).to_have_text(title)
        assert page.title().startswith(title)
        expect(page.locator("#live")).to_contain_text(title)
        back(page)
        expect(card.locator(".card-title")).to_have_text(title)
    # After a full load the bar is filled from what sessionStorage holds.
    page.goto(Beat.objects.get(pk=251).url)
    expect(page.locator("h1")).to_have_text(TITLES[251])
    expect(page.locator("[data-player-title]")).to_have_text(TITLES[249])

    assert page.evaluate("typeof hacked") == "undefined"
    expect(page.locator("main script, main b[hx-get], main svg[onload], main img[onerror]")).to_have_count(0)
    assert not [url for url in asked if url.endswith("/x")]


def test_a_hostile_name_ends_no_results_title(page: Page, api: Sandbox) -> None:
    name = '</section>" data-x="<img src=x onerror=hacked=1>'
    api.change_beat(253, producer_name=name, user_id=9001)
    sweep()
    page.goto("/beats/?producer=9001")
    with swapped(page, "results"):
        page.get_by_label("Sorted by").select_option("popular")
    assert page.title() == f"Beats: {name} – BeatConnect Beats"
    expect(page.locator("#live")).to_have_text(f"Beats: {name}, 1 beat")
    assert page.evaluate("typeof hacked") == "undefined"


def test_a_hostile_address_is_left_out(page: Page, api: Sandbox) -> None:
    for number, url in ADDRESSES.items():
        api.change_beat(number, audio_url=url, cover_image=url)
    sweep()
    page.goto("/beats/")
    for number in ADDRESSES:
        expect(page.locator(f"main li[data-beat='{number}']").locator("img, [data-play]")).to_have_count(0)
    expect(page.locator("main li[data-beat='250']").locator("img, [data-play]")).to_have_count(2)
    page.goto("/beats/253/")
    expect(page.locator(".beat img, .beat [data-play]")).to_have_count(0)
    assert page.evaluate("typeof hacked") == "undefined"


def test_whatever_the_session_holds_breaks_no_page(page: Page, shop: Sandbox) -> None:
    for kept in KEPT:
        # Before the page's own scripts, for a page writes there itself when it is left; the last one added wins.
        page.add_init_script(f"sessionStorage.setItem('player', {json.dumps(kept)})")
        page.goto("/genres/")
        assert page.evaluate("sessionStorage.getItem('player')") == kept
        expect(page.locator("#player")).to_be_hidden()
        with swapped(page, "main"):  # so the scripts that come after the player's have run
            page.get_by_label("Main").get_by_role("link", name="Beats").click()
