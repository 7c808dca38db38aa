"""Makes different spellings of a text one: without case, accents, tone marks and under-dots, in any script. Pure.

What a letter has beyond a mark (ɔ, ŋ, ɗ …) is written with the letters of a plain keyboard, because that is how people
without the right one search. Scripts other than Latin stay what they are.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from catalog.models.search import WORD_LENGTH

_BEYOND = "ŋɲɔʊʋɵɛǝəɖɗđðƒɓɣɠħɦıɨɩłƙŧƭʃʒƴøƿ"
_PLAIN = {
    **dict(zip(map(ord, _BEYOND), "nnouvoeeeddddfbgghhiiilkttszyow", strict=True)),
    **{ord(letter): plain for letter, plain in (("æ", "ae"), ("œ", "oe"), ("þ", "th"), ("ĳ", "ij"))},
    # Arabic: the stretching line says nothing, and these two stand for others at the end of a word.
    **{ord(letter): plain for letter, plain in (("ـ", ""), ("ى", "ي"), ("ة", "ه"))},
}
# Amharic writes one sound with several letters, each in seven forms; the first of each pair is written like the second.
_ETHIOPIC_TWINS = ((0x1210, 0x1200), (0x1280, 0x1200), (0x1220, 0x1230), (0x12D0, 0x12A0), (0x1340, 0x1338))
_PLAIN |= {twin + form: chr(row + form) for twin, row in _ETHIOPIC_TWINS for form in range(7)}
# Of the throat's letters the first form sounds like the fourth.
_PLAIN |= dict.fromkeys((4611, 4627, 4739), "ሀ") | dict.fromkeys((4771, 4819), "አ")

_APOSTROPHES = re.compile("['’ʼ`]")


class Span(NamedTuple):
    """A word where it stands in a text, and its folded form."""

    start: int
    end: int
    word: str


def spans(text: str) -> Iterator[Span]:
    """Yield the words of a text: runs of letters and digits, and each picture (an emoji) by itself."""
    start = None
    for place, char in enumerate(text):
        kind = unicodedata.category(char)
        if kind[0] in "LN" or (kind[0] == "M" and start is not None):
            start = place if start is None else start
            continue
        yield from _span(text, start, place)
        start = None
        if kind == "So":
            yield Span(place, place + 1, char)
    yield from _span(text, start, len(text))


def _span(text: str, start: int | None, end: int) -> Iterator[Span]:
    if start is not None and (word := _fold_word(text[start:end])):
        yield Span(start, end, word)


def _fold_word(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.casefold())
    # Vowel signs of scripts that can't be read without them have class 0, and stay.
    bare = "".join(char for char in apart if not unicodedata.combining(char)).casefold().translate(_PLAIN)
    kept = "".join(char for char in bare if unicodedata.category(char)[0] in "LNM" and not "\ufe00" <= char <= "\ufe0f")
    # A mark that a letter began with, once taken apart, would begin no word: the next folding would lose it.
    first = next((place for place, char in enumerate(kept) if unicodedata.category(char)[0] != "M"), len(kept))
    return unicodedata.normalize("NFC", kept[first:])[:WORD_LENGTH]


def words(text: str) -> list[str]:
    """Return the folded words of a text, in their order."""
    return [span.word for span in spans(text)]


def fold(text: str) -> str:
    """Return a text as its folded words, one space between them; what differs only in spelling is equal."""
    return " ".join(words(text))


def fold_name(name: str) -> str:
    """Return a name as it is looked for: an apostrophe doesn't part it, and one of signs alone is its signs."""
    return fold(_APOSTROPHES.sub("", name)) or " ".join(name.split())


def skeleton(word: str) -> str:
    """Return what is left of a word when the vowels are gone and letters that sound alike are one."""
    plain = word.replace("ph", "f").replace("ck", "k").replace("gh", "").translate(_ALIKE)
    bones = plain[:1] + "".join(char for char in plain[1:] if char not in "aeiouywh")
    return "".join(char for place, char in enumerate(bones) if place == 0 or char != bones[place - 1])


_ALIKE = str.maketrans("cqzv", "kksf")
