"""Keys and tempi: what mixes with what. Pure.

The circle of fifths gives the rules. DJs write it as the Camelot wheel, whose hours 1 to 12 go round it, A for minor
and B for major (8B is C major, 8A its relative A minor). Neighbours on the circle share six of seven notes. Moves that
lift the energy clash more: DJs count them on the wheel, "+2" (two hours on, which is two semitones up) and "+7" (seven
hours on, which is one semitone up). Counted in semitones instead, +7 is a fifth, the hour on that strict mixing takes
already: either way of reading "+2, +7" is among the wide neighbours. Record players and their software change the
tempo by ±6 % without the ear minding; that shifts the pitch by 12·log2(ratio) semitones unless the key is locked.
"""

import math
import re
import unicodedata
from dataclasses import dataclass

_NATURALS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_MAJOR_NAMES = ("C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
_MINOR_NAMES = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "G♯", "A", "B♭", "B")
_MODES = {"": False, "maj": False, "major": False, "m": True, "min": True, "minor": True}
_NOTE = re.compile(r"([a-g])\s*(sharp|flat|[#b])?\s*[-_/]?\s*(major|minor|maj|min|m)?\.?")
_CAMELOT = re.compile(r"0?([1-9]|1[0-2])\s*([ab])")

# Beats whose tempi differ by no more can be brought together.
TEMPO_REACH = 0.06


@dataclass(frozen=True, order=True)
class Key:
    """A key: `tonic` 0 (C) to 11 (B), major or minor."""

    tonic: int
    minor: bool

    @property
    def number(self) -> int:
        """Return 0 to 23, for a column: the majors first, then the minors."""
        return self.tonic + 12 * self.minor

    @property
    def camelot(self) -> str:
        """Return the code on the Camelot wheel, "8B" for C major."""
        return f"{self._hour}{'A' if self.minor else 'B'}"

    @property
    def name(self) -> str:
        """Return the usual name, with its sign: "F♯ minor"."""
        names = _MINOR_NAMES if self.minor else _MAJOR_NAMES
        return f"{names[self.tonic]} {'minor' if self.minor else 'major'}"

    @property
    def short(self) -> str:
        """Return the name as a chord is written: "F♯m"."""
        return (_MINOR_NAMES if self.minor else _MAJOR_NAMES)[self.tonic] + "m" * self.minor

    @property
    def _hour(self) -> int:
        # A fifth up is one hour on; minors stand with their relative major.
        major = self.tonic + 3 if self.minor else self.tonic
        return (major * 7 + 7) % 12 + 1

    def up(self, semitones: int) -> "Key":
        return Key((self.tonic + semitones) % 12, self.minor)

    @property
    def relative(self) -> "Key":
        """Return the key of the other mode with the same notes."""
        return Key((self.tonic + (3 if self.minor else -3)) % 12, not self.minor)


KEYS = tuple(Key(tonic, minor) for minor in (False, True) for tonic in range(12))


def key_of(number: int | None) -> Key | None:
    """Return the key that a column's number stands for."""
    return KEYS[number] if number is not None and 0 <= number < len(KEYS) else None


def parse_key(text: str) -> Key | None:
    """Read a key as people write it ("C minor", "Cm", "Db Major", "A♭ min", "F#", "5A"); None for anything else."""
    plain = unicodedata.normalize("NFKC", text).replace("♯", "#").replace("♭", "b").strip()
    if wheel := _CAMELOT.fullmatch(plain.lower()):
        return _at(int(wheel[1]), minor=wheel[2] == "a")
    note = _NOTE.fullmatch(plain.lower())
    if not note:
        return None
    # "CM" is major where "Cm" is minor: only there the case tells.
    mode = "" if note[3] == "m" and plain.rstrip(".")[-1] == "M" else note[3] or ""
    shift = {"#": 1, "sharp": 1, "b": -1, "flat": -1}.get(note[2] or "", 0)
    return Key((_NATURALS[note[1]] + shift) % 12, _MODES[mode])


def _at(hour: int, *, minor: bool) -> Key:
    return next(key for key in KEYS if key.minor == minor and key.camelot[:-1] == str(hour))


SAME, FIFTH, RELATIVE, LIFT = "same", "fifth", "relative", "lift"


def relation(one: Key, other: Key) -> str | None:
    """Return how `other` follows `one`: same, fifth (an hour on or back), relative, lift (+2 or +7 hours); or None.

    Strict mixing takes the first three; a lift is the wide kind, and goes one way only.
    """
    if one == other:
        return SAME
    if other in (one.up(7), one.up(-7)):
        return FIFTH
    if other == one.relative:
        return RELATIVE
    return LIFT if other in (one.up(2), one.up(1)) else None


def neighbours(key: Key, *, wide: bool = False) -> tuple[Key, ...]:
    """Return the keys that mix with one, itself first; `wide` with the lifts."""
    order = (SAME, FIFTH, RELATIVE, LIFT) if wide else (SAME, FIFTH, RELATIVE)
    found = [(order.index(how), other) for other in KEYS if (how := relation(key, other)) in order]
    return tuple(other for _, other in sorted(found))


@dataclass(frozen=True)
class TempoFit:
    """How one tempo meets another: by `times` (1, 2 or 0.5) of it, changed by `change` (0.03 is 3 % faster)."""

    times: float
    change: float

    @property
    def semitones(self) -> float:
        """Return how far the pitch shifts where the key isn't locked."""
        return 12 * math.log2(1 + self.change)


def tempo_fit(one: float, other: float, reach: float = TEMPO_REACH) -> TempoFit | None:
    """Return how `other` is brought to `one`, straight or in half or double time; None if it is out of reach."""
    fits = [TempoFit(times, one / (other * times) - 1) for times in (1.0, 2.0, 0.5)]
    near = [fit for fit in fits if abs(fit.change) <= reach + 1e-9]
    return min(near, key=lambda fit: abs(fit.change)) if near else None


def tempo_windows(bpm: float, reach: float = TEMPO_REACH) -> tuple[tuple[int, int], ...]:
    """Return the whole-number tempi that `tempo_fit` takes for one: straight, half and double time, ends included."""
    return tuple(
        (math.ceil(bpm / times / (1 + reach) - 1e-9), math.floor(bpm / times / (1 - reach) + 1e-9))
        for times in (1.0, 2.0, 0.5)
    )
