"""The border itself: whatever comes, `clean_text` and `clean_url` answer, within bounds, and twice is once."""

import unicodedata
from urllib.parse import urlsplit

import pytest
from django.test import Client
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catalog.clean import BIDI_OVERRIDES, clean_text, clean_url, url_origin
from catalog.models.mirror import URL_LENGTH, Beat
from tests.pages import read
from tests.sandbox import Sandbox

# Every character there is, lone surrogates among them.
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
ORIGINS = {"https://media.example", "http://127.0.0.1:8001", "http://h", "https://cdn.example:8443"}
URLS = st.one_of(
    ANY_TEXT,
    st.builds(
        "{}{}{}{}".format,
        st.sampled_from(
            ["", "http://", "https://", "HTTPS://", "//", "http:/\\", "javascript:", "http://h@", "ftp://"]
        ),
        st.sampled_from(
            ["media.example", "MEDIA.EXAMPLE", "127.0.0.1:8001", "h", "cdn.example:8443", "cdn.example", "["]
        ),
        st.sampled_from(
            ["", "/", "?", "#", "@evil.example/", ".evil.example/", "\\", ":99999/", "/%", "//evil.example"]
        ),
        ANY_TEXT,
    ),
)


@given(text=ANY_TEXT, length=st.integers(1, 40))
@example(text="e\u0000\u0301", length=10)
@example(text="a \u0301", length=2)
def test_a_cleaned_text_is_one_visible_line_within_its_length(text: str, length: int) -> None:
    line = clean_text(text, length)
    assert len(line) <= length
    assert line == line.strip()
    assert unicodedata.is_normalized("NFC", line)
    assert not any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in line)
    assert not set(BIDI_OVERRIDES) & set(line)
    line.encode()
    assert clean_text(line, length) == line


@given(text=ANY_TEXT.filter(lambda text: not text.isprintable()))
def test_a_text_in_which_nothing_can_be_seen_is_none(text: str) -> None:
    invisible = "".join(char for char in text if unicodedata.category(char)[0] in "CZ")
    assert clean_text(invisible, 300) == ""
    assert clean_text(None, 300) == ""


@settings(max_examples=500)
@given(url=URLS)
@example(url="http://h/x")
@example(url="https://media.example/\ud800")
def test_a_cleaned_url_is_on_an_allowed_origin_or_nothing(url: str) -> None:
    cleaned = clean_url(url, ORIGINS)
    assert clean_url(cleaned, ORIGINS) == cleaned
    if cleaned:
        parts = urlsplit(cleaned)
        assert f"{parts.scheme}://{parts.netloc}" in ORIGINS
        assert (parts.username, parts.password) == (None, None)
        assert cleaned.isascii()
        assert not set(cleaned) & set(" \"'<>\\`{}|^")
        assert len(cleaned) <= URL_LENGTH


@pytest.mark.parametrize("url", ["https://media.example/a.mp3?x=1&y=%20#t=1", "http://127.0.0.1:8001/images/1.jpg"])
def test_a_good_url_stays_as_it_is(url: str) -> None:
    assert clean_url(url, ORIGINS) == url


@given(url=URLS)
def test_the_origin_of_any_url_can_be_told(url: str) -> None:
    assert len(url_origin(url)) <= 64
    url_origin(url).encode()


@pytest.mark.django_db
@settings(max_examples=40)
@given(text=ANY_TEXT)
def test_no_cleaned_title_changes_what_a_page_is_made_of(client: Client, shop: Sandbox, text: str) -> None:
    beat = Beat.objects.select_related("genre", "producer").get(pk=253)
    Beat.objects.filter(pk=beat.pk).update(title="Plain")
    skeleton = read(client.get("/beats/253/plain/")).skeleton
    Beat.objects.filter(pk=beat.pk).update(title=clean_text(text, 300))
    beat.refresh_from_db()
    page = read(client.get(beat.url))
    assert page.skeleton == skeleton
    assert page.the("h1").text == " ".join(beat.display_title.split())
