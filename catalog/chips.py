"""The filters in force, each in words and with the address without it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalog.criteria import Criteria
from catalog.harmony import KEYS
from catalog.models.mirror import Beat, Genre, Producer
from catalog.templatetags.catalog_format import money_round


@dataclass(frozen=True)
class Chip:
    """A filter in force, and the address without it."""

    label: str
    remove_url: str


def chips(
    asked: Criteria, path: str, genres: Iterable[Genre], producers: Iterable[Producer], partner: Beat | None
) -> list[Chip]:
    """Return a chip for each filter; `genres` and `producers` hold the chosen ones, `partner` is what is mixed with."""
    genre_names = {genre.pk: str(genre) for genre in genres}
    producer_names = {producer.pk: str(producer) for producer in producers}
    found = [
        (genre_names.get(pk) or _("Unknown genre"), asked.but(genres=_without(asked.genres, pk))) for pk in asked.genres
    ]
    if asked.producer:
        name = producer_names.get(asked.producer) or _("Unknown producer")
        found.append((name, asked.but(producer=None)))
    if asked.bpm_min or asked.bpm_max:
        found.append((_tempo(asked), asked.but(bpm_min=None, bpm_max=None, any_time=False)))
    found += [(KEYS[tone].name, asked.but(tones=_without(asked.tones, tone))) for tone in asked.tones]
    if asked.price_min is not None or asked.price_max is not None:
        found.append((_price(asked), asked.but(price_min=None, price_max=None)))
    if partner:
        label = _("Mixes with %(title)s") % {"title": partner.display_title}
        found.append((label, asked.but(mixes_with=None)))
    return [Chip(label, rest.address(path)) for label, rest in found]


def _tempo(asked: Criteria) -> str:
    if not asked.bpm_max:
        words = _("from %(low)s BPM") % {"low": asked.bpm_min}
    elif not asked.bpm_min:
        words = _("up to %(high)s BPM") % {"high": asked.bpm_max}
    elif asked.bpm_min == asked.bpm_max:
        words = _("%(bpm)s BPM") % {"bpm": asked.bpm_min}
    else:
        words = _("%(low)s–%(high)s BPM") % {"low": asked.bpm_min, "high": asked.bpm_max}
    return _("%(tempo)s, half and double time too") % {"tempo": words} if asked.any_time else words


def _price(asked: Criteria) -> str:
    if asked.price_max is None:
        return _("from %(low)s") % {"low": money_round(asked.price_min)}
    if asked.price_min is None:
        return _("up to %(high)s") % {"high": money_round(asked.price_max)}
    return _("%(low)s to %(high)s") % {"low": money_round(asked.price_min), "high": money_round(asked.price_max)}


def _without(chosen: tuple[int, ...], one: int) -> tuple[int, ...]:
    return tuple(other for other in chosen if other != one)
