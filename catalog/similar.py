"""How much one beat is like another, and why, in a few words. Pure.

The shop's own word, for beats of which BeatConnect's isn't known or is old. Its documentation says "genre, BPM and
other factors", which is where the weights come from: the genre alone outweighs any one other thing, then tempo, then
key, for these two decide whether the same voice fits on both (how they are compared: catalog.harmony). Producer and
price are the other factors, and only break ties between beats that sound alike. The weights add up to 100.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from django.utils.translation import gettext as _

from catalog.harmony import FIFTH, LIFT, RELATIVE, SAME, TEMPO_REACH, key_of, relation, tempo_fit

GENRE, TEMPO, KEY, PRODUCER, PRICE = 40.0, 25.0, 20.0, 10.0, 5.0
MOST_WORDS = 3
NO_BREAK = "\u00a0"  # a line ends between two reasons, not within one
# What is left of the tempo's weight at the end of its reach, and where one has to be counted in half or double time.
AT_THE_EDGE, OTHER_PULSE = 0.5, 0.7
# What is left of the key's weight: neighbours share six of seven notes, a lift is a change that one hears.
CLOSENESS = {SAME: 1.0, RELATIVE: 0.75, FIFTH: 0.7, LIFT: 0.25}


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
    """A score from 0 to 100, and what speaks for it: "same key · +2 BPM · same genre"."""

    score: float
    reason: str


def likeness(one: Facts, other: Facts) -> Likeness:
    """Compare two beats; the reason tells what `other` is to `one`, in no more words than a card has room for."""
    found = (_key(one, other), _tempo(one, other), _genre(one, other), _producer(one, other), _price(one, other))
    words = [word.replace(" ", NO_BREAK) for _score, word in found if word]
    return Likeness(sum(score for score, _word in found), " · ".join(words[:MOST_WORDS]))


def mix_reason(one: Facts, other: Facts) -> str:
    """Return why `other` mixes with `one`: its key and its tempo, as far as both are known."""
    words = [_key(one, other)[1], _tempo(one, other)[1]]
    return " · ".join(word.replace(" ", NO_BREAK) for word in words if word)


def _key(one: Facts, other: Facts) -> tuple[float, str]:
    key, its = key_of(one.tone), key_of(other.tone)
    how = relation(key, its) if key and its else None
    words = {
        SAME: _("same key"),
        RELATIVE: _("relative key"),
        FIFTH: _("neighbouring key"),
        LIFT: _("key that lifts"),
    }
    return (KEY * CLOSENESS[how], words[how]) if how else (0, "")


def _tempo(one: Facts, other: Facts) -> tuple[float, str]:
    fit = tempo_fit(one.bpm, other.bpm) if one.bpm and other.bpm else None
    if not fit or not one.bpm or not other.bpm:
        return 0, ""
    score = TEMPO * (1 - (1 - AT_THE_EDGE) * min(1.0, abs(fit.change) / TEMPO_REACH))
    if fit.times > 1:
        return score * OTHER_PULSE, _("half time")
    if fit.times < 1:
        return score * OTHER_PULSE, _("double time")
    steps = other.bpm - one.bpm
    return score, (_("{steps} BPM").format(steps=f"{steps:+}".replace("-", "−")) if steps else _("same tempo"))


def _genre(one: Facts, other: Facts) -> tuple[float, str]:
    return (GENRE, _("same genre")) if one.genre_id and one.genre_id == other.genre_id else (0, "")


def _producer(one: Facts, other: Facts) -> tuple[float, str]:
    alike = one.producer_id and one.producer_id == other.producer_id
    return (PRODUCER, _("same producer")) if alike else (0, "")


def _price(one: Facts, other: Facts) -> tuple[float, str]:
    if one.price is None or other.price is None:
        return 0, ""
    higher, lower = max(one.price, other.price), min(one.price, other.price)
    # A price alone makes nothing alike, so it is no reason worth reading.
    return (PRICE * float(lower / higher) if higher else PRICE), ""
