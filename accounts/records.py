"""What is kept of a buyer's dealings with BeatConnect: their key, and the orders it brought.

What was bought, when and for how much stands in plain rows under its owner: lists, counts and "you own this" are then
questions to the database, and deleting the account deletes them. The key is encrypted, and so are an order's links:
whoever holds a download link may hold the file.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models

from catalog.models.mirror import Beat

ORDER_ID_LENGTH = 64
TITLE_LENGTH, LICENCE_LENGTH, STATUS_LENGTH, CURRENCY_LENGTH = 300, 100, 40, 8


class BeatConnectKey(models.Model):
    """A buyer's way to their own orders; `kind` leaves room for the tokens that BeatConnect has announced."""

    class Kind(models.TextChoices):
        API_KEY = "api_key"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="beatconnect_key")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.API_KEY)
    encrypted = models.TextField()
    last4 = models.CharField(max_length=4)
    connected_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)  # when BeatConnect first refused it; NULL while it works
    stopped_why = models.CharField(max_length=20, blank=True, default="")  # unauthorized, forbidden or unreadable

    def __str__(self) -> str:
        return f"…{self.last4}"


class OrderBook(models.Model):
    """How far a buyer's orders are fetched. Made with the key, and gone with it."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="order_book")
    buyer_id = models.BigIntegerField(null=True)  # their id at BeatConnect, as far as their orders tell it
    total = models.PositiveIntegerField(null=True)  # as BeatConnect counts them
    unreadable = models.PositiveIntegerField(default=0)  # of the newest page: told, but in no way we understand
    fetched_at = models.DateTimeField(null=True)  # when the newest page was asked for
    swept_at = models.DateTimeField(null=True)  # when the last page was: until then the history has a gap
    next_page = models.PositiveIntegerField(default=2)  # of the sweep under way
    tried_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=40, blank=True, default="")  # why the last try brought nothing
    retry_at = models.DateTimeField(null=True)
    due = models.BooleanField(default=False)  # an event told of a purchase of theirs
    claimed_until = models.DateTimeField(null=True)  # somebody is asking just now

    class Meta:
        indexes: ClassVar = [models.Index("buyer_id", name="order_book_of_buyer")]

    def __str__(self) -> str:
        return f"orders of {self.user_id}"


class Order(models.Model):
    """An order as BeatConnect last told it; empty and NULL where it didn't say."""

    class Kind(models.TextChoices):
        COMPLETED = "completed"
        PENDING = "pending"
        FAILED = "failed"
        OTHER = "other"  # a status that isn't documented: shown in its own word

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="orders", db_index=False)
    order_id = models.CharField(max_length=ORDER_ID_LENGTH)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    status = models.CharField(max_length=STATUS_LENGTH, blank=True, default="")
    placed_at = models.DateTimeField(null=True)
    amount = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    currency = models.CharField(max_length=CURRENCY_LENGTH, blank=True, default="")
    licence = models.CharField(max_length=LICENCE_LENGTH, blank=True, default="")
    links = models.TextField(blank=True, default="")  # sealed JSON: a kind of link, its https address
    seen_at = models.DateTimeField()  # when the answer that told this was asked for

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("user", "order_id", name="order_once")
        ]  # begins with the user: a buyer's rows need no other

    def __str__(self) -> str:
        return self.order_id


class OrderLine(models.Model):
    """One beat of an order, whether or not the mirror knows it."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", db_index=False)
    number = models.PositiveSmallIntegerField()
    beat_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=TITLE_LENGTH, blank=True, default="")
    licence = models.CharField(max_length=LICENCE_LENGTH, blank=True, default="")
    price = models.DecimalField(max_digits=10, decimal_places=2, null=True)

    beat: Beat | None = None  # no column: what the mirror knows of it, set by whoever shows it

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("order", "number", name="order_line_once")]
        indexes: ClassVar = [models.Index("beat_id", name="order_line_of_beat")]

    def __str__(self) -> str:
        return self.title or f"beat {self.beat_id}"

    @property
    def name(self) -> str:
        """What it was called when it was bought, or is now; "" where neither is known."""
        return self.title or (self.beat.display_title if self.beat else "")
