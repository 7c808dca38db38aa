"""Favourites to take along: as a table, and for programs."""

import csv
import io
from typing import Any

from django.conf import settings

from accounts.favourites.reading import Kept, kept
from accounts.favourites.rows import FavouriteList
from accounts.tables import BYTE_ORDER_MARK, safe

# For programs as well as for people, so not translated.
COLUMNS = ("beat_id", "beat", "producer", "kept", "price_when_kept", "price_now", "on_sale", "currency", "page")


def as_csv(mine: FavouriteList | None) -> str:
    """Return a list as a table, newest kept first."""
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for facts in as_data(mine):
        writer.writerow([safe("" if facts[name] is None else str(facts[name])) for name in COLUMNS])
    return text.getvalue()


def as_data(mine: FavouriteList | None) -> list[dict[str, Any]]:
    """Return a list as what JSON can hold."""
    return [_facts(one) for one in kept(mine)]


def _facts(one: Kept) -> dict[str, Any]:
    return {
        "beat_id": one.row.beat_id,
        "beat": one.name,
        "producer": one.producer,
        "kept": one.row.kept_at.isoformat(timespec="seconds"),
        "price_when_kept": one.row.price,
        "price_now": one.price,
        "on_sale": not one.gone,
        "currency": settings.BEATCONNECT_CURRENCY,
        "page": f"{settings.SITE_URL}/beats/{one.row.beat_id}/",
    }
