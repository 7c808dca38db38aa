"""Names are found however they are typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.folding import fold


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Ọlá  Copperline", "ola copperline"),
        ("Ọ̀jọ́", "ojo"),
        ("ṢẸGUN", "segun"),
        ("Kɔfi Ŋɔni Ɛdu", "kofi noni edu"),
        ("DJ-Mo_Money!", "dj mo money"),
        ("Youssou N’Dour", "youssou ndour"),
        ("Straße ﬁ", "strasse fi"),
        ("Ａｍａ", "ama"),
        ("ኢትዮጵያ", "ኢትዮጵያ"),
        ("日本語", "日本語"),
        ("Ⅷ", "viii"),
        ("🎵", "🎵"),
        ("  ", ""),
        ("", ""),
    ],
)
def test_a_name_loses_what_one_may_leave_out(name: str, folded: str) -> None:
    assert fold(name) == folded


@given(st.text(max_size=80))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert folded == " ".join(folded.split())
