"""Tells SQLite how the tables have grown: else it guesses which index leads to few rows. PostgreSQL looks by itself."""

from django.db import connection

# Rows looked at for each index: enough for a guess, and a million take no longer than a thousand.
LOOKED_AT = 1000


def learn() -> None:
    """Have the database look at its tables; it remembers what it sees."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit = {LOOKED_AT}")
            cursor.execute("ANALYZE")
