"""How much one beat is like another, and why, in a few words. Pure.

The shop's own word, for beats of which BeatConnect's isn't known or is old. Its documentation says "genre, BPM and
other factors", which is where the weights come from: the genre alone outweighs any one other thing, then tempo, then
key, for these two decide whether the same voice fits on both (how they are compared: catalog.harmony). Producer and
price are the other factors, and only break ties between beats that sound alike. The weights add up to 100.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from catalog.harmony import FIFTH, LIFT, RELATIVE, SAME, TEMPO_REACH, key_of, relation, tempo_fit

GENRE, TEMPO, KEY, PRODUCER, PRICE = 40.0, 25.0, 20.0, 10.0, 5.0
MOST_WORDS = 3
NO_BREAK = "\u00a0"  # a line ends between two reasons, not within one
# What is left of the tempo's weight at the end of its reach, and where one has to be counted in half or double time.
AT_THE_EDGE, OTHER_PULSE = 0.5, 0.7
# What is left of the key's weight: neighbours share six of seven notes, a lift is a change that one hears.
CLOSENESS = {SAME: 1.0, RELATIVE: 0.75, FIFTH: 0.7, LIFT: 0.25}
KEY_WORDS = {
    SAME: _("same key"),
    RELATIVE: _("relative key"),
    FIFTH: _("neighbouring key"),
    LIFT: _("key that lifts"),
}
SAME_TEMPO, STEPS = _("same tempo"), _("{steps} BPM")
HALF_TIME, DOUBLE_TIME = _("half time"), _("double time")
SAME_GENRE, SAME_PRODUCER = _("same genre"), _("same producer")
# What one thing in common adds to the score, and how it is told; a price alone is no reason worth reading.
Found = tuple[float, Promise | None]
NOTHING: Found = (0, None)


class Facts(Protocol):
    """What is compared of a beat."""

    @property
    def genre_id(self) -> int | None: ...
    @property
    def bpm(self) -> int | None: ...
    @property
    def tone(self) -> int | None: ...
    @property
    def producer_id(self) -> int | None: ...
    @property
    def price(self) -> Decimal | None: ...


@dataclass(frozen=True)
class Likeness:
    """A score from 0 to 100, and what speaks for it, most telling first; of many compared, few are told."""

    score: float
    words: tuple[Promise, ...]

    @property
    def reason(self) -> str:
        """Why, in no more words than a card has room for: "same key · +2 BPM · same genre"."""
        return _told(self.words[:MOST_WORDS])


def likeness(one: Facts, other: Facts) -> Likeness:
    """Compare two beats; the words tell what `other` is to `one`."""
    found = (_key(one, other), _tempo(one, other), _genre(one, other), _producer(one, other), _price(one, other))
    return Likeness(sum(score for score, _word in found), tuple(word for _score, word in found if word is not None))


def mix_reason(one: Facts, other: Facts) -> str:
    """Return why `other` mixes with `one`: its key and its tempo, as far as both are known."""
    words = (_key(one, other)[1], _tempo(one, other)[1])
    return _told(word for word in words if word is not None)


def _told(words: Iterable[Promise]) -> str:
    return " · ".join(str(word).replace(" ", NO_BREAK) for word in words)


def _key(one: Facts, other: Facts) -> Found:
    key, its = key_of(one.tone), key_of(other.tone)
    how = relation(key, its) if key and its else None
    return (KEY * CLOSENESS[how], KEY_WORDS[how]) if how else NOTHING


def _tempo(one: Facts, other: Facts) -> Found:
    fit = tempo_fit(one.bpm, other.bpm) if one.bpm and other.bpm else None
    if not fit or not one.bpm or not other.bpm:
        return NOTHING
    score = TEMPO * (1 - (1 - AT_THE_EDGE) * min(1.0, abs(fit.change) / TEMPO_REACH))
    if fit.times > 1:
        return score * OTHER_PULSE, HALF_TIME
    if fit.times < 1:
        return score * OTHER_PULSE, DOUBLE_TIME
    steps = other.bpm - one.bpm
    return score, format_lazy(STEPS, steps=f"{steps:+}".replace("-", "−")) if steps else SAME_TEMPO


def _genre(one: Facts, other: Facts) -> Found:
    return (GENRE, SAME_GENRE) if one.genre_id and one.genre_id == other.genre_id else NOTHING


def _producer(one: Facts, other: Facts) -> Found:
    alike = one.producer_id and one.producer_id == other.producer_id
    return (PRODUCER, SAME_PRODUCER) if alike else NOTHING


def _price(one: Facts, other: Facts) -> Found:
    if one.price is None or other.price is None:
        return NOTHING
    higher, lower = max(one.price, other.price), min(one.price, other.price)
    return (PRICE * float(lower / higher) if higher else PRICE), None
