"""Where the bars of the operators' charts stand. Pure; the template draws them, style sheets colour them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.drawing import GAP, HEIGHT, WIDTH, Part, part, round_up, written
from catalog.figures import Hour, Window

LABEL_EVERY = 6
# Below this share of the limit its line would flatten the bars.
LEAST_SHARE = 0.25


@dataclass(frozen=True)
class Series:
    """A layer of the bars: some purposes, told as one."""

    slug: str
    name: str
    purposes: tuple[str, ...]


# From the ground up: what runs all day first, so that the rest stands out.
SERIES = (
    Series("sweep", "Sweep", ("sweep",)),
    Series("hot", "Popular beats", ("hot",)),
    Series("newest", "New beats", ("newest",)),
    Series("extras", "Similar, profiles", ("extras",)),
    Series("event", "Webhooks", ("event-page", "event-single")),
    Series("visitor", "Visitors", ("visitor", "search")),
    Series("first", "First fill", ("first",)),
)


@dataclass(frozen=True)
class Row:
    """An hour as a line of the table: its calls in the order of the legend."""

    label: str
    counts: tuple[int, ...]
    total: int


@dataclass(frozen=True)
class Bars:
    top: int  # what the drawing's upper edge stands for
    parts: tuple[Part, ...]
    limit_y: str  # "" where the limit lies above the drawing
    labels: tuple[str, ...]
    legend: tuple[tuple[Series, int], ...]  # with the sum; only what was called at all
    rows: tuple[Row, ...]
    total: int


def bars(hours: Sequence[Hour], limit: int) -> Bars:
    """Return calls by hour as stacked bars, under the hour's limit where it is in sight."""
    counts = [{series.slug: _of(series, hour.calls) for series in SERIES} for hour in hours]
    peak = max((sum(hour.values()) for hour in counts), default=0)
    top = max(limit, peak) if peak >= limit * LEAST_SHARE else round_up(peak)
    used = [series for series in SERIES if any(hour[series.slug] for hour in counts)]
    step = WIDTH / max(1, len(hours))
    parts = []
    for index, hour in enumerate(counts):
        y = HEIGHT
        for series in used:
            height = HEIGHT * hour[series.slug] / top
            y -= height
            if height:
                parts.append(part(series.slug, index * step + GAP / 2, y, step - GAP, height))
    return Bars(
        top=top,
        parts=tuple(parts),
        limit_y=written(HEIGHT * (1 - limit / top)) if limit <= top else "",
        labels=tuple(f"{hour.start:%H}" for hour in hours[::LABEL_EVERY]),
        legend=tuple((series, sum(hour[series.slug] for hour in counts)) for series in used),
        rows=tuple(
            Row(f"{hour.start:%H:%M}", tuple(count[series.slug] for series in used), sum(count.values()))
            for hour, count in zip(hours, counts, strict=True)
        ),
        total=sum(sum(hour.values()) for hour in counts),
    )


def meter(window: Window) -> tuple[Part, ...]:
    """Return how full a window is: ours, others', and at the far end what stays unused."""
    used = min(window.used, window.calls) / window.calls
    foreign = min(window.foreign / window.calls, 1 - used)
    margin = min(window.margin / window.calls, 1 - used - foreign)
    spans = (("used", 0.0, used), ("foreign", used, foreign), ("margin", 1 - margin, margin))
    return tuple(part(slug, WIDTH * start, 0, WIDTH * share, HEIGHT) for slug, start, share in spans if share > 0)


def progress(done: int, of: int) -> tuple[Part, ...]:
    """Return how far something has come."""
    return (part("used", 0, 0, WIDTH * min(1.0, done / max(1, of)), HEIGHT),)


def _of(series: Series, calls: Mapping[str, int]) -> int:
    return sum(calls.get(purpose, 0) for purpose in series.purposes)
