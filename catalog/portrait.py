"""A producer's figures and charts as their page shows them, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalog.drawing import HEIGHT, WIDTH, Part, part
from catalog.harmony import key_of
from catalog.models.mirror import Genre, Producer
from catalog.producer_charts import Columns, Field, plays_by_month, price_spread, spread, wheel
from catalog.producer_figures import Figures, figures
from catalog.templatetags.catalog_format import money

MOST_GENRES = 5
# A chart of one bar, or of a handful of beats, says less than the list below it.
FEWEST_FOR_CHARTS = 3


@dataclass(frozen=True)
class Chart:
    """Bars with their name, what their table's columns are called, and how many beats say nothing of it."""

    slug: str
    title: str
    kind: str
    counted: str
    columns: Columns
    unsaid: int


@dataclass(frozen=True)
class GenreLine:
    name: str
    url: str
    beats: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Portrait:
    figures: Figures
    charts: Sequence[Chart]
    genres: Sequence[GenreLine]
    wheel: Sequence[Field]
    keyless: int
    favourite_key: str

    @property
    def is_drawn(self) -> bool:
        return self.figures.beats >= FEWEST_FOR_CHARTS


def portrait(producer: Producer) -> Portrait:
    """Count and draw a producer's catalogue, in five queries."""
    counted = figures(producer.pk)
    tones = {tone: number for tone, number in counted.tones.items() if tone is not None}
    key = key_of(max(tones, key=lambda tone: (tones[tone], -tone), default=None))
    drawn = (_tempo(counted), _prices(counted), _months(counted))
    return Portrait(
        figures=counted,
        charts=[chart for chart in drawn if chart.columns.rows],
        genres=_genres(counted.genres),
        wheel=wheel(tones) if tones else (),
        keyless=counted.tones.get(None, 0),
        favourite_key=key.camelot if key else "",
    )


def _tempo(counted: Figures) -> Chart:
    tempi = {bpm: number for bpm, number in counted.tempi.items() if bpm is not None}
    columns = spread(tempi, lambda low, high: f"{low}–{high}")
    return Chart("tempo", _("Tempo"), "BPM", _("Beats"), columns, counted.tempi.get(None, 0))


def _prices(counted: Figures) -> Chart:
    prices = {price: number for price, number in counted.prices.items() if price is not None}
    columns = price_spread(prices, lambda low, high: f"{money(Decimal(low))}–{money(high + Decimal('0.99'))}")
    return Chart("price", _("Price"), _("Price"), _("Beats"), columns, counted.prices.get(None, 0))


def _months(counted: Figures) -> Chart:
    plays = {month.first_day: month.plays for month in counted.months if month.first_day}
    unsaid = sum(month.beats for month in counted.months if not month.first_day)
    columns = plays_by_month(plays, _day_name)
    return Chart("plays", _("Plays by release"), _("Released"), _("Plays"), columns, unsaid)


def _day_name(day: date, is_year: bool) -> str:
    return str(day.year) if is_year else date_format(day, "M Y")


def _genres(genres: Sequence[tuple[Genre | None, int]]) -> list[GenreLine]:
    top = max((number for _genre, number in genres), default=1)
    lines = [
        (str(genre) if genre else _("No genre"), genre.url if genre else "", number)
        for genre, number in genres[:MOST_GENRES]
    ]
    others = sum(number for _genre, number in genres[MOST_GENRES:])
    lines += [(_("Others"), "", others)] if others else []
    return [
        GenreLine(name, url, number, (part("bar", 0, 0, WIDTH * min(1.0, number / top), HEIGHT),))
        for name, url, number in lines
    ]
