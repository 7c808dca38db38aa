"""What time it is: by the database's clock, so that all nodes agree."""

from collections.abc import Callable
from datetime import datetime

from django.db import connection
from django.utils import timezone

Clock = Callable[[], datetime]


def database_clock() -> datetime:
    """Return the database's time; on SQLite there is one host, and its clock."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        # Not now(): that is when the transaction began, which may have waited for a lock since.
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
