"""A turn at the wheel, for tests of the scheduler."""

from dataclasses import replace

from django.utils import timezone

from catalog.gateway import site_gateway
from catalog.models.ledger import ApiCall
from catalog.sync import leases
from catalog.sync.turn import Turn


def turn() -> Turn:
    """Take the lease, on this process's clock: a database's own can't be set by a test."""
    lease = leases.take(leases.SYNC, timezone.now)
    assert lease
    gateway = site_gateway()
    return Turn(replace(gateway, ledger=replace(gateway.ledger, clock=timezone.now)), lease)


def paths() -> list[str]:
    return list(ApiCall.objects.order_by("pk").values_list("path", flat=True))
