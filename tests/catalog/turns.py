"""A turn at the wheel, for tests of the scheduler."""

from catalog.gateway import site_gateway
from catalog.models.ledger import ApiCall
from catalog.sync import leases
from catalog.sync.turn import Turn


def turn() -> Turn:
    lease = leases.take(leases.SYNC)
    assert lease
    return Turn(site_gateway(), lease)


def paths() -> list[str]:
    return list(ApiCall.objects.order_by("pk").values_list("path", flat=True))
