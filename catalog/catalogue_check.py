"""What is missing or looks wrong in a producer's listing, with a word what to do about it. Pure.

Half and double time: software that detects a tempo often counts one in two, or two for one. A tempo that would meet its
genre's usual one if it were doubled or halved, and is far from it as it stands, is worth a second look.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalog.harmony import tempo_fit
from catalog.models.mirror import Beat
from catalog.search.folding import fold

MOST_SHOWN = 50
# Of fewer beats the middle tempo says little.
FEWEST_FOR_A_USUAL_TEMPO = 12
# Genres are wide: so far a doubled or halved tempo may be from the usual one.
TEMPO_REACH = 0.15


@dataclass(frozen=True)
class Remark:
    """A beat, and what there is to say of it beyond the finding's own title."""

    beat: Beat
    note: str = ""


@dataclass(frozen=True)
class Finding:
    """Something that is wrong with some beats; `number` counts them all, `remarks` are as many as a page can show."""

    slug: str
    title: str
    advice: str
    number: int
    remarks: Sequence[Remark]


def check(beats: Sequence[Beat], usual: Mapping[int, int], refused: Mapping[int, str]) -> list[Finding]:
    """Return what is wrong, the gravest first; `usual` tempi by genre, `refused` the reasons by beat."""
    return [
        finding
        for finding in (
            _finding(
                "refused",
                _("Could not be read"),
                _("BeatConnect’s latest word on these could not be used; they are shown as they were before."),
                (Remark(beat, refused[beat.pk]) for beat in beats if beat.pk in refused),
            ),
            _lacking("preview", beats, lambda beat: not beat.audio_url),
            _lacking("cover", beats, lambda beat: not beat.cover_url),
            _lacking("title", beats, lambda beat: not beat.title),
            _lacking("price", beats, lambda beat: beat.price is None),
            _lacking("tempo", beats, lambda beat: beat.bpm is None),
            _finding(
                "pulse",
                _("Half or double time?"),
                _("Most listeners filter by tempo. Tap along: if the second figure feels right, enter that one."),
                _pulses(beats, usual),
            ),
            _lacking("key", beats, lambda beat: not beat.key),
            _finding(
                "key-unreadable",
                _("Key that can’t be read"),
                _("Write it like “F# minor”, “Ebm” or “5A”, so that the beat is found by its key."),
                (Remark(beat, beat.key) for beat in beats if beat.key and beat.tone is None),
            ),
            _lacking("genre", beats, lambda beat: beat.genre_id is None),
            _finding(
                "twins",
                _("Same title more than once"),
                _("Buyers can’t tell them apart in a list or a receipt. A word more in the title helps."),
                _twins(beats),
            ),
        )
        if finding.number
    ]


def _lacking(slug: str, beats: Sequence[Beat], lacks: Callable[[Beat], bool]) -> Finding:
    words = {
        "preview": (_("No preview"), _("Nobody can hear these here. Upload a preview, or check that it still plays.")),
        "cover": (_("No cover"), _("A woven pattern stands in. A square picture is noticed sooner.")),
        "title": (_("No title"), _("They are listed by their number.")),
        "price": (_("No price"), _("Listeners don’t see what these cost, and they come last when sorted by price.")),
        "tempo": (_("No tempo"), _("They are missing wherever somebody filters by BPM.")),
        "key": (_("No key"), _("They are never offered as mixing well with another beat.")),
        "genre": (_("No genre"), _("They are on no genre’s page.")),
    }
    title, advice = words[slug]
    return _finding(slug, title, advice, (Remark(beat) for beat in beats if lacks(beat)))


def _finding(slug: str, title: str, advice: str, remarks: Iterable[Remark]) -> Finding:
    found = list(remarks)
    return Finding(slug, title, advice, len(found), found[:MOST_SHOWN])


def _pulses(beats: Sequence[Beat], usual: Mapping[int, int]) -> Iterable[Remark]:
    for beat in beats:
        middle = usual.get(beat.genre_id or 0)
        fit = tempo_fit(middle, beat.bpm, TEMPO_REACH) if middle and beat.bpm else None
        if fit and beat.bpm and fit.times != 1:
            note = _("{bpm} BPM or {other}? {genre} is usually about {usual}.")
            other = round(beat.bpm * fit.times)
            yield Remark(beat, note.format(bpm=beat.bpm, other=other, genre=beat.genre_name, usual=middle))


def _twins(beats: Sequence[Beat]) -> Iterable[Remark]:
    titled: dict[str, list[Beat]] = defaultdict(list)
    for beat in beats:
        if beat.title:
            titled[fold(beat.title) or beat.title].append(beat)
    return [Remark(beat, _what_differs(beat)) for alike in titled.values() if len(alike) > 1 for beat in alike]


def _what_differs(beat: Beat) -> str:
    return " · ".join(filter(None, (f"#{beat.pk}", f"{beat.bpm} BPM" if beat.bpm else "", beat.key)))
