"""Accounts as a Django app."""

from datetime import datetime
from importlib import import_module
from typing import Any

from django.apps import AppConfig

from catalog.signals import pruning, purchased


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # Its receivers listen from here on.
        import_module("accounts.audit")
        import_module("accounts.favourites.arriving")
        purchased.connect(_tell_of_purchase, dispatch_uid="accounts.orders")
        pruning.connect(_prune, dispatch_uid="accounts.pruning")


def _tell_of_purchase(buyer: int, **kwargs: Any) -> None:
    from accounts.orders.fetching import is_told  # noqa: PLC0415 - models can be imported once the apps are loaded

    is_told(buyer)


def _prune(now: datetime, **kwargs: Any) -> None:
    from accounts import audit  # noqa: PLC0415 - as above
    from accounts.favourites import pruning as favourites  # noqa: PLC0415 - as above

    favourites.prune(now)
    audit.prune()
