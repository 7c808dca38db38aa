"""The picture that is shown where a beat is shared: 1200 × 630, light, in any script, and drawn once."""

import re
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image
from pytest_django import fixtures

from catalog.covers import letters
from catalog.covers.card import MOST_BYTES, Shown, draw_card
from catalog.covers.maker import maker
from catalog.covers.shrink import shrink
from catalog.covers.weave import THREADS, WEAVES, weave
from catalog.models.mirror import Beat
from catalog.models.pictures import Picture
from tests.catalog.pictures import beat_with_cover, encoded, opened
from tests.clean_process import ROOT
from tests.pages import OTHER_METHODS, assert_refused, read
from tests.sandbox import Sandbox

FOR_GOOD = "public, max-age=31536000, immutable"
TITLES = [
    "Midnight in Lagos",
    "Ọmọ Ẹ̀ṣọ́ ŋkɔ Àṣà",
    "ليالي القاهرة Cairo Nights",
    "日本語のビート",
    "አዲስ አበባ",
    "ⵜⴰⵎⴰⵣⵉⵖⵜ ߒߞߏ שלום",
    "😀🔥",
    "W" * 300,
    "word " * 60,
    "<script>alert(1)</script>",
    "A" + "\u0301" * 299,
    "\u202e\u0000\ud800 turned",
    "\u0301 a mark without its letter",
    "",
]


def shown(title: str = "Midnight in Lagos", cover: bytes | None = None, **fields: object) -> Shown:
    facts = {"producer": title, "bpm": 115, "key": "F# minor", "site_name": "BeatConnect Beats", "weave": 3, **fields}
    return Shown(title=title, instead_of_title="Beat 7", cover=cover, **facts)  # type: ignore[arg-type]


def assert_is_card(data: bytes) -> Image.Image:
    picture = opened(data)
    assert (picture.format, picture.size) == ("PNG", (1200, 630))
    assert len(data) <= MOST_BYTES
    return picture


@pytest.mark.usefixtures("media_root")
def test_it_shows_the_woven_pattern_until_the_cover_is_there(client: Client, shop: Sandbox) -> None:
    beat = Beat.objects.get(pk=1)
    plain = client.get(beat.share_picture)
    assert_is_card(plain.content)
    assert plain["Cache-Control"] == "public, max-age=30"
    assert not Picture.objects.exists()
    maker.work_off()
    whole = client.get(beat.share_picture)
    assert (whole.status_code, whole["Content-Type"]) == (200, "image/png")
    assert_is_card(whole.content)
    assert whole.content != plain.content
    assert whole["Cache-Control"] == FOR_GOOD
    assert client.get("/cards/1.png")["Cache-Control"] == "public, max-age=300"
    assert client.get(beat.share_picture, headers={"If-None-Match": whole["ETag"]}).status_code == 304


@pytest.mark.usefixtures("media_root")
def test_it_is_drawn_once_and_anew_when_what_it_shows_has_changed(client: Client, api: Sandbox, db: None) -> None:
    beat = beat_with_cover("", bpm=100)
    first = client.get(beat.share_picture)
    row = Picture.objects.get()
    assert row.size == len(first.content)
    assert client.get(beat.share_picture).content == first.content
    assert Picture.objects.count() == 1
    address, beat.title = beat.share_picture, "Another name"
    beat.save()
    assert beat.share_picture != address
    assert client.get(beat.share_picture).content != first.content


@pytest.mark.usefixtures("media_root")
def test_the_page_of_a_beat_names_it(client: Client, shop: Sandbox) -> None:
    page = read(client.get(Beat.objects.get(pk=1).url))
    address = page.the("meta", property="og:image")["content"]
    assert address.startswith("http://127.0.0.1:8000/cards/1.png?v=")
    assert client.get(address.removeprefix("http://127.0.0.1:8000"))["Content-Type"] == "image/png"
    assert page.the("meta", property="og:image:width")["content"] == "1200"
    assert page.the("meta", name="twitter:card")["content"] == "summary_large_image"


@pytest.mark.usefixtures("media_root")
def test_what_is_gone_or_unknown_has_none(client: Client, shop: Sandbox) -> None:
    Beat.objects.filter(pk=7).update(gone_at="2026-01-01T00:00Z")
    assert (client.get("/cards/7.png").status_code, client.get("/cards/999999.png").status_code) == (410, 404)
    assert client.get("/cards/7.png")["Cache-Control"] == "public, max-age=300"
    assert_refused(client.get("/cards/0.png"), 404)
    for method in OTHER_METHODS:
        assert_refused(client.generic(method, "/cards/1.png"), 405)


@pytest.mark.django_db
def test_a_full_disk_costs_the_drawing_and_nothing_else(
    client: Client, tmp_path: Path, settings: fixtures.Settings
) -> None:
    (tmp_path / "file").write_text("no folder")
    settings.MEDIA_ROOT = tmp_path / "file"
    beat = beat_with_cover("")
    for _ in range(2):
        assert client.get(beat.share_picture).status_code == 200


@pytest.mark.parametrize("title", TITLES)
def test_any_title_can_be_drawn(title: str) -> None:
    assert_is_card(draw_card(shown(title)))


@hypothesis_settings(max_examples=25)
@given(st.text(max_size=300), st.text(max_size=200))
def test_any_text_can_be_drawn(title: str, producer: str) -> None:
    assert_is_card(draw_card(shown(title, producer=producer)))


def test_the_heaviest_cover_still_makes_a_light_picture() -> None:
    noise = Image.merge("RGB", [Image.effect_noise((700, 700), 120) for _ in range(3)])
    assert_is_card(draw_card(shown(cover=shrink(encoded(noise, quality=95))[640])))


def test_words_stay_within_their_half() -> None:
    for title in ("W" * 300, "word " * 60, "ليالي القاهرة " * 20):
        picture = assert_is_card(draw_card(shown(title))).convert("RGB")
        for margin in ((1158, 0, 1200, 630), (643, 0, 684, 630)):
            assert picture.crop(margin).getcolors() == [((margin[2] - margin[0]) * 630, (22, 18, 15))], title


def test_african_letters_are_drawn_and_what_no_font_has_is_left_out_with_its_marks() -> None:
    assert letters.drawable("Ọmọ Ẹ̀ṣọ́ ŋkɔ Ɓɗƙ") == "Ọmọ Ẹ̀ṣọ́ ŋkɔ Ɓɗƙ"
    assert letters.drawable("ليل") == "ليل"
    assert letters.drawable("a \U000e0001\U0010fffd\u0301 b") == "a b"


def test_lines_hold_all_words_or_end_in_an_ellipsis() -> None:
    lines, whole = letters.wrap("Midnight in Lagos and further on", 44, 474, 5)
    assert whole
    assert " ".join(lines) == "Midnight in Lagos and further on"
    lines, whole = letters.wrap("word " * 60, 44, 474, 2)
    assert (len(lines), whole) == (2, False)
    assert lines[-1].endswith("…")
    assert max(letters.width(line, 44) for line in lines) <= 474


def test_the_woven_patterns_are_those_of_the_style_sheet() -> None:
    tokens = (ROOT / "static/css/tokens.css").read_text()
    for name, colour in THREADS.items():
        assert f"--{name}: {colour};" in tokens
    sheet = (ROOT / "static/css/components/weave.css").read_text()
    default = sheet[sheet.index('[class*="weave-"]') :]
    for number, (*threads, cells) in enumerate(WEAVES):
        own = re.search(rf"\.weave-{number} \{{([^}}]*)\}}", sheet)
        rules = default[: default.index("}")] if own is None else own[1]
        assert re.findall(r"--[abcd]: var\(--(\w+)\)", rules) == threads, number
        cell = re.search(r"--cell: ([\d.]+)%", rules)
        assert round(100 / float(cell[1] if cell else 25)) == cells, number
    assert weave(0, 100).getpixel((1, 1)) == (0xF2, 0xA3, 0x3A)
