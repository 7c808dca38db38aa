"""How far the mirror is, and who may fill it."""

from django.db import models


class SyncState(models.Model):
    """The one row that says where the mirror came from and how far its sweep has got."""

    class Trouble(models.TextChoices):
        """What kept a sweep from being whole: pages of no use, a list without an end, a list of nothing."""

        HOLES = "holes"
        ENDLESS = "endless"
        EMPTIED = "emptied"

    # Another number after each change of the mirror: what was made of its rows can tell whether it is still true.
    version = models.PositiveBigIntegerField(default=0)
    api_url = models.CharField(max_length=300, blank=True, default="")
    key_kind = models.CharField(max_length=10, blank=True, default="")  # live, test
    # The sweep under way: the last beat applied, and how many stand before and with it upstream.
    sweep_started_at = models.DateTimeField(null=True)
    sweep_pages = models.PositiveIntegerField(default=0)
    sweep_position = models.PositiveBigIntegerField(default=0)
    cursor_created_at = models.DateTimeField(null=True)
    cursor_id = models.BigIntegerField(null=True)
    # How often in a row its next page could not be read, and whether any of its pages was of no use.
    sweep_failures = models.PositiveIntegerField(default=0)
    sweep_holed = models.BooleanField(default=False)
    # The furthest page from which it has gone back, for a list that had grown shorter, and how long that list was last.
    sweep_turned = models.PositiveIntegerField(default=0)
    sweep_turned_total = models.PositiveBigIntegerField(null=True)
    # How many pages in a row only repeated what stood on those before.
    sweep_repeats = models.PositiveIntegerField(default=0)
    # Of the last sweep that ended; "" where it was whole.
    sweep_trouble = models.CharField(max_length=10, choices=Trouble.choices, blank=True, default="")
    # The newest beat that the last uninterrupted walk from the top began with, and the walk under way.
    watermark_created_at = models.DateTimeField(null=True)
    watermark_id = models.BigIntegerField(null=True)
    walk_page = models.PositiveIntegerField(default=0)
    walk_top_created_at = models.DateTimeField(null=True)
    walk_top_id = models.BigIntegerField(null=True)
    walked_at = models.DateTimeField(null=True)
    # Counts the paced calls, so that each kind gets its share of them whoever makes them.
    paced_slot = models.PositiveBigIntegerField(default=0)
    hot_page = models.PositiveIntegerField(default=0)
    warm_page = models.PositiveIntegerField(default=0)
    pruned_at = models.DateTimeField(null=True)
    page_size = models.PositiveIntegerField(default=100)  # what BeatConnect really gives
    upstream_total = models.PositiveBigIntegerField(null=True)
    genres_fetched_at = models.DateTimeField(null=True)
    # When the last whole sweep began: every beat on the pages was true then, or later.
    as_of = models.DateTimeField(null=True)
    complete = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"mirror of {self.api_url}" if self.api_url else "empty mirror"


class Lease(models.Model):
    """Who may do what only one may do at a time; expires by the database's clock."""

    name = models.CharField(primary_key=True, max_length=40)
    holder = models.CharField(max_length=80, blank=True, default="")
    epoch = models.BigIntegerField(default=0)  # grows with each taking: a stalled holder can be told apart
    taken_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.holder}"
