"""Different spellings of a text are one; words that differ stay apart."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.models.search import WORD_LENGTH
from catalog.search.folding import fold, skeleton, spans, words
from catalog.search.marking import pieces
from catalog.search.reading import Query, Term
from catalog.search.spelling import distance, nearest


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ìfẹ́", "ife"),
        ("Ọ̀ṣun – Òṣogbo!", "osun osogbo"),
        ("Ŋutsu ƒe ɖoɖo, Ɔdɔ ɛna", "nutsu fe dodo odo ena"),
        ("Ɓaɗa Ƙasa ƴan", "bada kasa yan"),
        ("Ħal Øre Ærø Œuvre Straße Łódź", "hal ore aero oeuvre strasse lodz"),
        ("Poussière d’Or", "poussiere d or"),
        ("ＷＩＤＥ ﬁne", "wide fine"),
        ("İstanbul ISPARTA ılık", "istanbul isparta ilik"),
        ("ሠላም ፀሐይ ዓለም", "ሰላም ጸሀይ አለም"),
        ("قَمَر اللـيل ليلى أمل", "قمر الليل ليلي امل"),
        ("ⴰⵣⵓⵍ", "ⴰⵣⵓⵍ"),
        ("서울의 밤", "서울의 밤"),
        ("रात की धुन", "रात की धुन"),
        ("🔥Fever🔥 💃🏾", "🔥 fever 🔥 💃"),
        ("<3 & 100%", "3 100"),
        ("ำ", "า"),
        ("", ""),
        ("\u0301\u200b\ufe0f", ""),
    ],
)
def test_folds(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(unicodedata.normalize("NFD", text)) == folded


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_and_spans_point_at_what_they_say(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    found = list(spans(text))
    assert [span.word for span in found] == words(text)
    for before, after in pairwise(found):
        assert before.start < before.end <= after.start
    for span in found:
        assert 0 < len(span.word) <= WORD_LENGTH
        assert not set(span.word) & set("=# ")


@given(st.text(st.sampled_from("abcde"), max_size=7), st.text(st.sampled_from("abcde"), max_size=7))
def test_a_distance_is_the_same_both_ways_and_stops_where_nobody_cares(one: str, other: str) -> None:
    whole = distance(one, other, 99)
    assert whole == distance(other, one, 99)
    assert (whole == 0) == (one == other)
    for most in range(4):
        assert distance(one, other, most) == min(whole, most + 1)


def test_swapped_letters_count_once() -> None:
    assert distance("amapinao", "amapiano", 3) == 1
    assert nearest("amapinao", ["amapiano", "amapinao", "piano"], 2) == {"amapiano": 1}


def test_what_sounds_alike_has_one_skeleton() -> None:
    for one, other in (("midnite", "midnight"), ("fonk", "phonk"), ("afrobeets", "afrobeats"), ("sunnset", "sunset")):
        assert skeleton(one) == skeleton(other)


@given(st.text(max_size=40), st.text(st.sampled_from("abceiøÆßé"), min_size=1, max_size=4))
def test_marked_pieces_are_the_text_again(text: str, asked: str) -> None:
    term = Term(fold(asked), frozenset({fold(asked)}))
    found = pieces(text, Query(fold(asked), ((term,),), ()))
    assert "".join(piece.text for piece in found) == text
    for piece in found:
        assert piece.text
        assert not piece.hit or fold(piece.text).startswith(term.text)
