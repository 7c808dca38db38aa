"""Brings a buyer's orders up to date when they look: one page at a time, one call at a time.

Kept in: rows of their owner. Fresh for: a minute, or until an event tells of a purchase. Usable when stale: always, the
pages say from when they are. Refreshed by: the buyer's own look, and nobody else's. Two tabs that look at once make
one call: a claim in the database decides who asks.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction
from django.db.models import Q

from accounts.asking import Trouble, ask
from accounts.connecting import held, stopped, undecryptable
from accounts.keys import Unsealable, unseal
from accounts.models import User
from accounts.orders.keeping import keep_page
from accounts.records import BeatConnectKey, OrderBook
from catalog.beatconnect.transport import BUYER_DEADLINE
from catalog.quota.clock import database_clock

PAGE = 100  # the most that the API documents
FRESH = timedelta(seconds=60)
# After a failed try, so that turning pages doesn't mean waiting at each of them; who asks again by hand needn't wait.
PAUSE = timedelta(seconds=30)
# Longer than any call: a process that died with its claim holds nobody up for long.
CLAIM = timedelta(seconds=15)
# Below this nothing comes through any more.
SHORTEST_DEADLINE = 0.5  # seconds
STOPS = {"unauthorized", "forbidden"}


def look(user: User, *, again: bool = False) -> None:
    """Ask for what is due, if anything is, with one call; `again` is a buyer's own wish, whatever failed before."""
    _step(user, BUYER_DEADLINE, again=again)


def catch_up(user: User) -> None:
    """Ask for as many pages of the history as a few seconds bring."""
    ends = monotonic() + BUYER_DEADLINE
    while (left := ends - monotonic()) > SHORTEST_DEADLINE and _step(user, left, again=False):
        pass


def is_told(buyer: int) -> None:
    """Have the orders of whoever this is at BeatConnect looked at anew: an event told of a purchase."""
    OrderBook.objects.filter(buyer_id=buyer).update(due=True)


def _step(user: User, deadline: float, *, again: bool) -> bool:
    """Make at most one call; return whether it brought something."""
    key = BeatConnectKey.objects.filter(user=user, stopped_at=None).first()
    if key is None or not _wanted(OrderBook.objects.filter(user=user).first(), database_clock(), again=again):
        return False
    with _claim(user) as book:
        # Looked at once more: whoever had the claim before may just have asked.
        number = _wanted(book, database_clock(), again=again) if book else None
        return bool(book and number and _fetch(key, book, number, deadline))


def _wanted(book: OrderBook | None, now: datetime, *, again: bool) -> int | None:
    """Return the number of the page to ask for, None for none."""
    if book is None or (
        book.tried_at and book.trouble and not again and now < (book.retry_at or book.tried_at + PAUSE)
    ):
        return None
    if book.fetched_at is None or book.due or now - book.fetched_at > FRESH:
        return 1
    return None if book.swept_at else book.next_page


@contextmanager
def _claim(user: User) -> Iterator[OrderBook | None]:
    """Hold the right to ask for a buyer's orders, or None while somebody else has it."""
    now = database_clock()
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    mine = now + CLAIM
    if not OrderBook.objects.filter(free, user=user).update(claimed_until=mine):
        yield None
        return
    try:
        yield OrderBook.objects.filter(user=user).first()
    finally:
        OrderBook.objects.filter(user=user, claimed_until=mine).update(claimed_until=None)


def _fetch(key: BeatConnectKey, book: OrderBook, number: int, deadline: float) -> bool:
    try:
        secret = unseal(key.user_id, "api_key", key.encrypted)
    except Unsealable:
        undecryptable(key)
        return False
    if book.due:
        # Taken back before the call: an event that comes during it asks for one more.
        OrderBook.objects.filter(pk=book.pk).update(due=False)
    try:
        fetched = ask(secret, page=number, limit=PAGE, deadline=deadline)
    except Trouble as trouble:
        _note(key, book, trouble)
        return False
    with transaction.atomic():
        # The key may have been removed or replaced meanwhile: then this is no longer theirs to see.
        if not (held(key.user_id) and BeatConnectKey.objects.filter(pk=key.pk).exists()):
            return False
        now = OrderBook.objects.select_for_update().get(pk=book.pk)
        keep_page(now, number, fetched.value, PAGE, fetched.sent_at)
    return True


def _note(key: BeatConnectKey, book: OrderBook, trouble: Trouble) -> None:
    now = database_clock()
    changes = {"trouble": trouble.why, "tried_at": now, "retry_at": trouble.retry_at}
    OrderBook.objects.filter(pk=book.pk).update(**changes, **({"due": True} if book.due else {}))
    if trouble.why in STOPS:
        stopped(key.pk, trouble.why, now)
