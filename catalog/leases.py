"""What only one process may do at a time, over all processes and nodes."""

from datetime import timedelta

from django.db.models import F, Q

from catalog.models.sync import Lease
from catalog.quota import database_clock


def take(name: str, holder: str, seconds: float) -> int | None:
    """Take a lease and return its epoch, or None while another holds it."""
    Lease.objects.get_or_create(pk=name)
    now = database_clock()
    free = Q(expires_at=None) | Q(expires_at__lte=now) | Q(holder=holder)
    # One conditional UPDATE: of two who try, one changes the row.
    taken = Lease.objects.filter(free, pk=name).update(
        holder=holder, epoch=F("epoch") + 1, expires_at=now + timedelta(seconds=seconds)
    )
    return Lease.objects.get(pk=name).epoch if taken else None


def release(name: str, holder: str) -> None:
    """Give a lease back; nothing happens if it has passed to another."""
    Lease.objects.filter(pk=name, holder=holder).update(expires_at=None)
