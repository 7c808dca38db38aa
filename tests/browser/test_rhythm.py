"""What the eye follows: glyphs in the middle of their discs, even gaps, prices on a line, marks that can be seen."""

import pytest
from playwright.sync_api import Page, expect

from catalog.models.mirror import Beat
from tests.browser.listening import play
from tests.sandbox import Sandbox

LEAST_CONTRAST = 3  # to 1, for shapes that tell something
TWO_LINES = "Nkosi sikelel' iAfrika, maluphakanyisw' uphondo lwayo"
# Of the shapes that say where one is, against what lies behind them.
_CONTRASTS = """() => {
  const light = (colour) => {
    const linear = colour.match(/\\d+/g).slice(0, 3)
      .map((part) => part / 255).map((part) => (part <= .03928 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4));
    return .2126 * linear[0] + .7152 * linear[1] + .0722 * linear[2];
  };
  const contrast = (...colours) => {
    const [more, less] = colours.map(light).sort((a, b) => b - a);
    return (more + .05) / (less + .05);
  };
  const ground = (selector) => getComputedStyle(document.querySelector(selector)).backgroundColor;
  const probe = document.body.appendChild(document.createElement("i"));
  const token = (name) => ((probe.style.color = `var(${name})`), getComputedStyle(probe).color);
  const tab = getComputedStyle(document.querySelector(".site-nav [aria-current]"), "::after").backgroundColor;
  const ring = getComputedStyle(document.querySelector(".player-toggle .glyph"), "::after").borderTopColor;
  return {
    tab: contrast(tab, ground(".site-header")),
    slider: contrast(token("--accent-mark"), ground("#player")),
    loading: contrast(ground("#loading"), ground(".site-header")),
    ring: contrast(ring, ground("#player")),
  };
}"""
_GAPS = """cards => cards.map((card) => {
  const top = (part) => card.querySelector(part).getBoundingClientRect().top;
  const range = document.createRange();
  range.selectNodeContents(card.querySelector(".card-title bdi"));
  const lines = [...range.getClientRects()].slice(0, 2);
  return { lines: lines.length, gap: top(".card-producer bdi") - lines.at(-1).bottom, price: top(".card-price") };
})"""


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_what_says_where_one_is_can_be_seen(page: Page, shop: Sandbox, theme: str) -> None:
    page.emulate_media(color_scheme="light" if theme == "light" else "dark")
    page.goto("/beats/")
    shop.fault("latency", path="/audio/253", seconds=2)
    page.locator("main [data-play]").first.click()
    expect(page.locator("#player")).to_have_attribute("data-state", "loading")
    contrasts = page.evaluate(_CONTRASTS)
    assert {name: ratio for name, ratio in contrasts.items() if ratio < LEAST_CONTRAST} == {}


@pytest.mark.parametrize("width", [360, 1280])
def test_the_mark_of_a_tab_keeps_off_the_band(page: Page, shop: Sandbox, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    page.goto("/beats/")
    below = page.locator(".site-nav [aria-current]").evaluate("link => getComputedStyle(link, '::after').bottom")
    assert float(below.removesuffix("px")) >= 6


def test_every_glyph_stands_in_the_middle_of_its_disc(page: Page, shop: Sandbox) -> None:
    # The one row in which the glyph is centred is as high as the disc, or the middle of it lies lower.
    rows = """discs => discs.map((disc) => getComputedStyle(disc)).filter((style) => style.display === "grid")
      .map((style) => style.gridTemplateRows === style.height && style.gridTemplateColumns === style.width)"""
    for address, discs in (("/", 24), ("/beats/", 24), ("/beats/253/", 7)):
        page.goto(address)
        play(page, page.locator("main [data-play]").first)
        answer = page.locator(".glyph").evaluate_all(rows)
        assert len(answer) > discs
        assert all(answer)
        page.get_by_label("Close the player").click()


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_a_row_of_cards_is_even_whatever_their_titles(page: Page, shop: Sandbox, width: int) -> None:
    Beat.objects.filter(pk=252).update(title=TWO_LINES)
    page.set_viewport_size({"width": width, "height": 740})
    page.goto("/beats/")
    one, two = reversed(page.locator("main .card").evaluate_all(_GAPS)[1:3])
    assert (one["lines"], two["lines"]) == (1, 2)
    assert one["gap"] == pytest.approx(two["gap"], abs=0.5)
    if width > 360:
        assert one["price"] == pytest.approx(two["price"], abs=0.5)


def test_the_shelves_of_a_phone_stand_equally_far_apart(page: Page, shop: Sandbox) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/")
    gaps = page.locator("main .shelf").evaluate_all("""shelves => shelves.map((shelf, index) => {
      const heading = shelf.querySelector("h2").getBoundingClientRect();
      const before = shelves[index - 1]?.querySelector(".card-price, .tile:last-child").getBoundingClientRect();
      const first = shelf.querySelector(".card, .tile").getBoundingClientRect();
      return [before && Math.round(heading.top - before.bottom), Math.round(first.top - heading.bottom)];
    })""")
    above = {gap for gap, _ in gaps[1:]}
    below = {gap for _, gap in gaps}
    assert max(above) - min(above) <= 1, gaps
    assert max(below) - min(below) <= 1, gaps


def test_a_long_title_leaves_the_cover_at_the_top(page: Page, shop: Sandbox) -> None:
    Beat.objects.filter(pk=253).update(title=TWO_LINES * 5)
    for width in (768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/beats/253/")
        cover, text = (page.locator(part).bounding_box() for part in (".beat-cover", ".beat-text"))
        assert cover
        assert text
        assert cover["y"] == text["y"]


def test_a_producers_own_page_does_not_repeat_the_name(page: Page, shop: Sandbox) -> None:
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        page.goto("/producers/5021/")
        assert page.locator(".card-producer").count()
        assert not any(line.is_visible() for line in page.locator(".card-producer").all())
        page.goto("/beats/?producer=5021")
        expect(page.locator(".card-producer").first).to_be_visible()


def test_a_tap_on_or_below_a_name_leads_to_the_producer_and_one_beside_it_to_the_beat(
    page: Page, shop: Sandbox
) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/beats/")
    hit = "([x, y]) => document.elementFromPoint(x, y).closest('a')?.getAttribute('href')"
    name = page.locator(".card-producer a").first
    box = name.bounding_box()
    assert box
    assert box["height"] >= 44
    producer, beat = name.get_attribute("href"), page.locator(".card-title a").first.get_attribute("href")
    for y in (1, box["height"] / 2, box["height"] - 1):
        assert page.evaluate(hit, [box["x"] + 5, box["y"] + y]) == producer
    assert page.evaluate(hit, [box["x"] + box["width"] + 5, box["y"] + 10]) == beat
    assert page.evaluate(hit, [box["x"] + 5, box["y"] - 3]) == beat
