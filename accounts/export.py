"""Everything that is kept about a buyer, for the buyer: the file they download before they leave, or at any time."""

from collections.abc import Callable, Mapping
from typing import Any

from allauth.usersessions.models import UserSession
from django.db.models import Prefetch

from accounts.devices import device
from accounts.favourites.export import as_data as favourites_as_data
from accounts.favourites.rows import FavouriteList
from accounts.models import User
from accounts.records import BeatConnectKey, Order, OrderBook, OrderLine

Part = Callable[[User], Any]


def account(user: User) -> dict[str, Any]:
    addresses = user.emailaddress_set.values("email", "verified", "primary")
    return {"email": user.email, "since": user.date_joined, "last_sign_in": user.last_login, "addresses": [*addresses]}


def second_factors(user: User) -> list[dict[str, Any]]:
    # Without the secrets: a file is copied and lost more easily than an account.
    return [
        {"kind": factor.type, "name": str(factor), "added": factor.created_at, "last_used": factor.last_used_at}
        for factor in user.authenticator_set.order_by("pk")
    ]


def sessions(user: User) -> list[dict[str, Any]]:
    return [
        {
            "since": session.created_at,
            "last_seen": session.last_seen_at,
            "address": session.ip,
            "browser": device(session.user_agent),
        }
        for session in UserSession.objects.filter(user=user).order_by("pk")
    ]


def activity(user: User) -> list[dict[str, Any]]:
    return [{"what": entry.what, "at": entry.at, "where": entry.where} for entry in user.audit.all()]


def beatconnect(user: User) -> dict[str, Any] | None:
    # Without the key itself, for the same reason.
    key = BeatConnectKey.objects.filter(user=user).first()
    if key is None:
        return None
    book = OrderBook.objects.filter(user=user).first()
    return {
        "key_ends_in": key.last4,
        "connected": key.connected_at,
        "stopped": key.stopped_at,
        "buyer_id": book and book.buyer_id,
    }


def orders(user: User) -> list[dict[str, Any]]:
    lines = Prefetch("lines", OrderLine.objects.order_by("number"))
    return [
        {
            "order": order.order_id,
            "status": order.status,
            "placed": order.placed_at,
            "amount": order.amount,
            "currency": order.currency,
            "licence": order.licence,
            "beats": [
                {"beat_id": line.beat_id, "beat": line.title, "licence": line.licence, "price": line.price}
                for line in order.lines.all()
            ],
        }
        for order in Order.objects.filter(user=user).order_by("pk").prefetch_related(lines)
    ]


def favourites(user: User) -> list[dict[str, Any]]:
    return favourites_as_data(FavouriteList.objects.filter(owner=user).first())


# What else is kept about buyers adds its part here; each returns what JSON can hold.
PARTS: Mapping[str, Part] = {
    "account": account,
    "second_factors": second_factors,
    "sessions": sessions,
    "activity": activity,
    "beatconnect": beatconnect,
    "orders": orders,
    "favourites": favourites,
}


def everything(user: User) -> dict[str, Any]:
    """Return all that is kept about a person, by the name of each part."""
    return {name: part(user) for name, part in PARTS.items()}
