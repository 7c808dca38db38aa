"""Counts what was bought, each purchase once, however often and in whichever envelope it is told.

Only one of the two documented envelopes tells a purchase's id. Without one, what a buyer bought of a beat on one day
is one purchase; with one, the first of that day takes the row that was told without, and each further has its own.
"""

from datetime import UTC, datetime, timedelta

from django.db.models import Q

from catalog.models.events import Purchase

# So far apart two envelopes may date one purchase.
NEAR = timedelta(minutes=10)


def count(beat: int, *, buyer: int | None, purchase: str, event: str, bought_at: datetime) -> bool:
    """Note that a beat was bought; return whether that is news.

    By whom (None: untold), as which purchase ("": untold), told by which event.
    """
    if purchase and Purchase.objects.filter(beat_id=beat, purchase_id=purchase).exists():
        return False
    key = _key(beat, buyer, bought_at)
    if not buyer:
        key = f"{beat}#{purchase}" if purchase else f"{beat}:{event}"
    told = Q(key=key)
    if buyer:
        # The same one may have been told as of yesterday, a moment before midnight.
        around = {_key(beat, buyer, bought_at - NEAR), _key(beat, buyer, bought_at + NEAR)}
        told |= Q(key__in=around, bought_at__range=(bought_at - NEAR, bought_at + NEAR))
    row, new = Purchase.objects.filter(told).order_by("purchase_id", "pk").first(), False
    if row is None:
        defaults = {"beat_id": beat, "bought_at": bought_at, "purchase_id": purchase}
        row, new = Purchase.objects.get_or_create(key=key, defaults=defaults)
    if purchase and row.purchase_id != purchase:
        new |= _name(row, beat, purchase, bought_at)
    return new


def _name(row: Purchase, beat: int, purchase: str, bought_at: datetime) -> bool:
    if Purchase.objects.filter(pk=row.pk, purchase_id="").update(purchase_id=purchase):
        return False
    # That one has an id of its own by now: this is another of the same day.
    another = {"key": f"{beat}#{purchase}", "bought_at": bought_at}
    return Purchase.objects.get_or_create(beat_id=beat, purchase_id=purchase, defaults=another)[1]


def _key(beat: int, buyer: int | None, bought_at: datetime) -> str:
    return f"{beat}:{buyer}:{bought_at.astimezone(UTC):%Y-%m-%d}"
