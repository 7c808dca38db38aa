"""Connects a buyer with their orders at BeatConnect: tries a key, keeps it only if it works, takes it away again."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import structlog
from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from accounts.asking import Trouble, Why, ask
from accounts.keys import Unsealable, seal, unseal
from accounts.models import User
from accounts.records import BeatConnectKey, Order, OrderBook
from catalog import state
from catalog.beatconnect.models import OrderPage
from catalog.beatconnect.transport import BUYER_DEADLINE
from catalog.quota.clock import database_clock
from catalog.quota.ledger import Ledger, OverBudget
from catalog.quota.limits import Limit
from catalog.quota.purposes import BUYER

log = structlog.get_logger("accounts.connecting")

Name = Literal["works", "malformed", "test_key", "wrong", "revoked", "forbidden", "busy", "unreachable", "too_often"]

# What may stand in a header, as the client has it.
_SENDABLE = re.compile(r"[\x21-\x7e]{8,512}")
# What comes along when a key is copied out of a page or a mail, and is never part of one.
_AROUND = " \t\r\n\f\v\u00a0\u200b\u200c\u200d\u2060\ufeff\"'`<>,;"
_BEFORE = re.compile(r"(?:authorization:)?\s*bearer\s+", re.IGNORECASE)
_TEST, _LIVE = "bca_test_", "live"
# Tries of one buyer, whatever they paste: each is a call of this shop's to BeatConnect.
TRIES = (Limit("hour", 5, 3_600), Limit("day", 20, 86_400))


@dataclass(frozen=True)
class Outcome:
    """What came of trying a key; before `retry_at` another try brings nothing."""

    name: Name
    retry_at: datetime | None = None
    orders: int | None = None


@sensitive_variables()
def connect(user: User, pasted: str) -> Outcome | None:
    """Try a key with one call, and keep it if it works; None if the account was deleted meanwhile."""
    key = _BEFORE.sub("", pasted.strip(_AROUND), count=1).strip(_AROUND)
    if not _SENDABLE.fullmatch(key):
        return Outcome("malformed")
    if key.startswith(_TEST) and state.key_kind() == _LIVE:
        # On the live shop BeatConnect would refuse it too; but this we can explain.
        return Outcome("test_key")
    stored = BeatConnectKey.objects.filter(user=user).first()
    outcome, page = _try(user, key, known=bool(stored) and _opened(stored) == key)
    if page is not None:
        if not _keep(user, key, page):
            return None
        log.info("key connected", user=user.pk)
    return outcome


def check_again(user: User) -> Outcome | None:
    """Try the stored key once more, which may have been refused for a while; None if there is none to try."""
    stored = BeatConnectKey.objects.filter(user=user).first()
    if stored is None:
        return None
    key = _opened(stored)
    if key is None:
        undecryptable(stored)
        return None
    outcome, page = _try(user, key, known=True)
    if page is not None:
        BeatConnectKey.objects.filter(pk=stored.pk).update(stopped_at=None, stopped_why="")
        OrderBook.objects.filter(user=user).update(due=True, trouble="", retry_at=None, tried_at=None)
    elif outcome.name in {"revoked", "forbidden"}:
        stopped(stored.pk, "forbidden" if outcome.name == "forbidden" else "unauthorized", database_clock())
    return outcome


@transaction.atomic
def disconnect(user: User) -> bool:
    """Forget a buyer's key and what it brought; False if there was none."""
    if not (held(user.pk) and BeatConnectKey.objects.filter(user=user).exists()):
        return False
    for model in (BeatConnectKey, OrderBook, Order):
        model._default_manager.filter(user=user).delete()
    log.info("key removed", user=user.pk)
    return True


def held(pk: int) -> bool:
    """Keep others from a buyer's rows until the transaction ends; False where the account is gone.

    First thing in whatever writes several of them: who locks in another order waits for each other.
    """
    return User.objects.select_for_update().filter(pk=pk).exists()


def stopped(pk: int, why: str, now: datetime) -> None:
    """Note that BeatConnect refuses a key: it isn't tried again by itself."""
    if BeatConnectKey.objects.filter(pk=pk, stopped_at=None).update(stopped_at=now, stopped_why=why):
        log.info("key stopped", key=pk, why=why)


def undecryptable(stored: BeatConnectKey) -> None:
    """Note that a key can't be opened: the encryption key is lost, or the row isn't its owner's."""
    log.warning("key_undecryptable", user=stored.user_id)
    stopped(stored.pk, "unreadable", database_clock())


@sensitive_variables()
def _opened(stored: BeatConnectKey | None) -> str | None:
    try:
        return unseal(stored.user_id, "api_key", stored.encrypted) if stored else None
    except Unsealable:
        return None


@sensitive_variables()
def _try(user: User, key: str, *, known: bool) -> tuple[Outcome, OrderPage | None]:
    try:
        _count_try(user)
        page = ask(key, page=1, limit=1, deadline=BUYER_DEADLINE).value
    except OverBudget as error:
        return Outcome("too_often", database_clock() + timedelta(seconds=error.retry_after)), None
    except Trouble as trouble:
        return Outcome(_name(trouble.why, known=known), trouble.retry_at), None
    return Outcome("works", orders=page.total), page


def _name(why: Why, *, known: bool) -> Name:
    if why == "unauthorized":
        # BeatConnect says the same of both; but a key that worked here isn't mistyped.
        return "revoked" if known else "wrong"
    return why


def _count_try(user: User) -> None:
    # An account of its own: what BeatConnect says of one key must not stop the buyer from pasting another.
    Ledger(f"tries-{user.pk}", TRIES).note(BUYER, "/account/beatconnect/")


@sensitive_variables()
@transaction.atomic
def _keep(user: User, key: str, page: OrderPage) -> bool:
    if not held(user.pk):
        return False
    # Locked as well: who claims the right to ask for orders doesn't wait for the account.
    book, _ = OrderBook.objects.select_for_update().get_or_create(user=user)
    if not _same_buyer(user, key, book, page):
        # The orders of another BeatConnect account must not stand among these.
        Order.objects.filter(user=user).delete()
        book.delete()
        book = OrderBook(user=user)
    book.due, book.trouble, book.retry_at, book.tried_at = True, "", None, None
    if page.orders and page.orders[0].purchaser_id:
        book.buyer_id = page.orders[0].purchaser_id
    book.save()
    # A new row rather than a changed one: an answer to the old key, still under way, finds its row gone.
    BeatConnectKey.objects.filter(user=user).delete()
    BeatConnectKey.objects.create(
        user=user, encrypted=seal(user.pk, "api_key", key), last4=key[-4:], connected_at=database_clock()
    )
    return True


@sensitive_variables()
def _same_buyer(user: User, key: str, book: OrderBook, page: OrderPage) -> bool:
    """Tell whether a key, or its newest order, shows that it is the same buyer's as the orders that are kept."""
    if _opened(BeatConnectKey.objects.filter(user=user).first()) == key:
        return True
    kept = Order.objects.filter(user=user)
    if not kept.exists():
        return book.buyer_id is None and book.fetched_at is None
    newest = page.orders[0] if page.orders else None
    if newest is None:
        return False
    if newest.purchaser_id and book.buyer_id:
        return newest.purchaser_id == book.buyer_id
    return kept.filter(order_id=newest.order_id).exists()
