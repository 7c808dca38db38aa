"""Keeps what was done to an account, where its owner sees it. `record` is for all who do something."""

from datetime import timedelta
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.db.models import Count
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts.devices import device
from accounts.models import AuditEntry, User

SHOWN = 50  # entries on the page; the export has all that are kept
KEPT = 1_000  # entries of an account
# What can be done as often as one likes: for a while the first entry speaks of those that follow, too.
REPEATED = frozenset({AuditEntry.What.EXPORTED, AuditEntry.What.DELETION_ASKED})
ONCE_IN = timedelta(minutes=10)


def record(request: HttpRequest, user: User, what: AuditEntry.What) -> bool:
    """Keep that somebody did something to an account, from the address and browser of this request.

    False where an entry of a moment ago speaks of it already.
    """
    entry = {"user": user, "what": what, "where": place(request)}
    if what in REPEATED and AuditEntry.objects.filter(**entry, at__gt=timezone.now() - ONCE_IN).exists():
        return False
    AuditEntry.objects.create(**entry)
    return True


def place(request: HttpRequest) -> str:
    """Return where a request came from: "198.51.100.7, Firefox, Android"."""
    parts = (request.META.get("REMOTE_ADDR", ""), device(request.META.get("HTTP_USER_AGENT", "")))
    text = ", ".join(filter(None, parts)).replace("\0", "")
    return text[: AuditEntry._meta.get_field("where").max_length]


def recent(user: User) -> list[AuditEntry]:
    """Return the newest entries of an account."""
    return list(AuditEntry.objects.filter(user=user)[:SHOWN])


def prune() -> None:
    """Let go of all but the newest entries of each account."""
    entries = AuditEntry.objects.order_by("-at", "-pk")
    users = AuditEntry.objects.order_by().values_list("user", flat=True)
    for user in users.alias(held=Count("pk")).filter(held__gt=KEPT):
        AuditEntry.objects.filter(pk__in=entries.filter(user=user)[KEPT:].values("pk")).delete()


@receiver(account.user_signed_up)
def _signed_up(request: HttpRequest, user: User, **kwargs: Any) -> None:
    record(request, user, AuditEntry.What.SIGNED_UP)


@receiver(account.user_logged_in)
def _signed_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    record(request, user, AuditEntry.What.SIGNED_IN)


@receiver([account.password_changed, account.password_set, account.password_reset])
def _password_changed(request: HttpRequest, user: User, **kwargs: Any) -> None:
    record(request, user, AuditEntry.What.PASSWORD_CHANGED)


@receiver(account.email_changed)
def _email_changed(request: HttpRequest, user: User, from_email_address: Any = None, **kwargs: Any) -> None:
    # The first address, once it is confirmed, is told of in the same way.
    if from_email_address:
        record(request, user, AuditEntry.What.EMAIL_CHANGED)


@receiver(mfa.authenticator_added)
def _factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    codes = authenticator.type == Authenticator.Type.RECOVERY_CODES
    record(request, user, AuditEntry.What.RECOVERY_CODES if codes else AuditEntry.What.FACTOR_ADDED)


@receiver(mfa.authenticator_removed)
def _factor_removed(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    # Recovery codes go with the last factor, of which the entry already speaks.
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record(request, user, AuditEntry.What.FACTOR_REMOVED)


@receiver(mfa.authenticator_reset)
def _codes_made(request: HttpRequest, user: User, **kwargs: Any) -> None:
    record(request, user, AuditEntry.What.RECOVERY_CODES)
