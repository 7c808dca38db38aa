"""An answer of BeatConnect's as the client reads it, for benches that apply one without a server."""

from collections.abc import Iterable

from catalog.beatconnect.models import Beat, BeatPage


def page_of(ids: Iterable[int], plays: int) -> BeatPage:
    """Return a page of beats, each with a title that says something new."""
    return BeatPage(
        beats=tuple(
            Beat.model_validate(
                {
                    "id": pk,
                    "title": f"Harmattan {pk} {plays}",
                    "producer_id": 5_000 + pk % 40,
                    "producer_name": "DJ Kofi",
                    "genre": {"id": 1 + pk % 9, "name": "Afrobeats"},
                    "price": "29.99",
                    "bpm": 100 + pk % 30,
                    "key": "A minor",
                    "play_count": pk % 1000 + plays,
                }
            )
            for pk in ids
        )
    )
