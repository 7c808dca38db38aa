"""Locks everything that is encrypted with the newest of KEY_ENCRYPTION_KEYS, so that the old ones may be taken out."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Manager, QuerySet

from accounts.factors import locked_anew
from accounts.keys import Unsealable, new_key, reseal
from accounts.records import BeatConnectKey, Order

Rows = QuerySet[Any] | Manager[Any]
# What is told of them, the rows, the column, and how it is locked anew.
SEALED: tuple[tuple[str, Callable[[], Rows], str, Callable[[Any], Any]], ...] = (
    ("Keys", lambda: BeatConnectKey.objects, "encrypted", reseal),
    ("Orders with links", lambda: Order.objects.exclude(links=""), "links", reseal),
    ("Second factors", lambda: Authenticator.objects.exclude(type="webauthn"), "data", locked_anew),
)


class Command(BaseCommand):
    help = "Encrypt what is kept of buyers anew with the first of KEY_ENCRYPTION_KEYS; --new prints a key for it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--new", action="store_true", help="print a new encryption key, and do nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["new"]:
            self.stdout.write(new_key())
            return
        unreadable = 0
        for name, rows, column, anew in SEALED:
            changed, failed = _rotate(rows, column, anew)
            unreadable += failed
            self.stdout.write(f"{name}: {changed} encrypted anew.")
        if unreadable:
            raise CommandError(
                f"{unreadable} can't be opened by any of KEY_ENCRYPTION_KEYS: put back the key that locked them. "
                "Without it their owners have to connect, or set up their second factor, again."
            )


def _rotate(rows: Callable[[], Rows], column: str, anew: Callable[[Any], Any]) -> tuple[int, int]:
    changed = failed = 0
    for pk, old in list(rows().values_list("pk", column)):
        try:
            new = anew(old)
        except Unsealable:
            failed += 1
            continue
        if new != old:
            # Only if it is still the same: its owner may have replaced it meanwhile.
            changed += rows().filter(pk=pk, **{column: old}).update(**{column: new})
    return changed, failed
