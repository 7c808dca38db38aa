"""What somebody sees of their favourites: read from the rows, each joined with what the mirror knows of the beat."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accounts.favourites.rows import Favourite, FavouriteList
from catalog.models.mirror import Beat
from catalog.paging import PER_PAGE, Paging, paging
from catalog.service import beats, store
from catalog.templatetags.catalog_format import money

# Who comes back later than this looks anew.
LOOK = timedelta(minutes=30)


@dataclass(frozen=True)
class Kept:
    """A favourite and its beat today: None where the mirror has forgotten it."""

    row: Favourite
    beat: Beat | None

    @property
    def gone(self) -> bool:
        return self.beat is None or self.beat.gone_at is not None

    @property
    def name(self) -> str:
        """What it is called now, or was when it was kept."""
        if self.beat:
            return self.beat.display_title
        return self.row.title or Beat(id=self.row.beat_id).display_title

    @property
    def producer(self) -> str:
        return self.beat.producer_label if self.beat else self.row.producer

    @property
    def price(self) -> Decimal | None:
        return None if self.beat is None or self.gone else self.beat.price

    @property
    def was(self) -> Decimal | None:
        """The price when it was kept, where it is another today."""
        return self.row.price if self.row.price is not None and self.row.price != self.price else None


@dataclass(frozen=True)
class FavouritesPage:
    """The beats of one page that are on sale, all that aren't, and what changed since the last look."""

    beats: list[Beat]
    gone: list[Kept]
    changed: list[Kept]
    since: datetime | None
    total: int
    pages: Paging


def favourites_page(mine: FavouriteList | None, page: int, *, looks: bool) -> FavouritesPage:
    """Return a page, newest kept first; `looks` is whether a person sees it now, so that news are told from then on."""
    all_kept, began = _look(mine) if mine and looks else (kept(mine), None)
    on_sale = [one for one in all_kept if not one.gone]
    start = (page - 1) * PER_PAGE
    return FavouritesPage(
        beats=[_card(one) for one in on_sale[start : start + PER_PAGE]],
        gone=[one for one in all_kept if one.gone] if page == 1 else [],
        changed=[one for one in all_kept if began and one.row.changed_at and one.row.changed_at >= began],
        since=mine.looked_before_at if mine else None,
        total=len(all_kept),
        pages=paging(len(on_sale), page, address),
    )


def kept(mine: FavouriteList | None) -> list[Kept]:
    """Return a list with what the mirror knows of each beat, newest kept first; never asks BeatConnect."""
    if mine is None:
        return []
    rows = list(Favourite.objects.filter(list=mine).order_by("-kept_at", "-pk"))
    known = beats.known(row.beat_id for row in rows)
    return [Kept(row, known.get(row.beat_id)) for row in rows]


def among(mine: FavouriteList | None, beat_ids: Iterable[int]) -> set[int]:
    """Return those of these beats that a list holds."""
    if mine is None:
        return set()
    return set(Favourite.objects.filter(list=mine, beat_id__in=list(beat_ids)).values_list("beat_id", flat=True))


def address(page: int = 1) -> str:
    return reverse("favourites") + (f"?page={page}" if page > 1 else "")


def _card(one: Kept) -> Beat:
    assert one.beat is not None  # noqa: S101 - it is on sale
    if one.was is not None:
        prices = {"now": money(one.price), "was": money(one.was)}
        one.beat.reason = gettext("now %(now)s, was %(was)s") % prices
    return one.beat


@transaction.atomic
def _look(mine: FavouriteList) -> tuple[list[Kept], datetime | None]:
    """Note that somebody looks, and what has changed since; return the list as it is now, and when this look began."""
    try:
        # Tabs that look at the same moment go one after the other: the second tells the news of the first.
        mine.refresh_from_db(from_queryset=FavouriteList.objects.select_for_update())
    except FavouriteList.DoesNotExist:
        # Another tab has just signed in and taken it along.
        return [], None
    all_kept = kept(mine)
    now = timezone.now()
    if mine.look_began_at is None or mine.looked_at is None or mine.looked_at < now - LOOK:
        mine.look_began_at, mine.looked_before_at = now, mine.looked_at
    mine.looked_at = now
    mine.save(update_fields=["look_began_at", "looked_before_at", "looked_at"])
    changed = []
    # A mirror that is being filled anew lacks beats that are on sale all the same.
    complete = store.is_complete()
    for one in all_kept:
        row, gone = one.row, one.gone and (one.beat is not None or complete)
        if gone == row.seen_gone and (gone or one.beat is None or one.beat.price == row.seen_price):
            continue
        row.price_before, row.changed_at, row.seen_gone = row.seen_price, now, gone
        if one.beat and not gone:
            row.seen_price = one.beat.price
        changed.append(row)
    if changed:
        Favourite.objects.bulk_update(changed, ["price_before", "changed_at", "seen_gone", "seen_price"])
    return all_kept, mine.look_began_at
