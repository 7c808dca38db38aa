"""What BeatConnect's webhooks told, and what is to be fetched because of it."""

from typing import ClassVar

from django.db import models


class WebhookEvent(models.Model):
    """One event, kept exactly once; its key outlives its payload, so that a replay is known for ever."""

    class State(models.TextChoices):
        DONE = "done"  # its effects are in the tables or the dirty queue
        FAILED = "failed"  # will be tried again at next_try
        PARKED = "parked"  # tried too often; `manage.py webhooks replay` tries once more
        STALE = "stale"  # too old or from the future: kept, without effect
        IGNORED = "ignored"  # a type we know nothing of: kept for a later version

    key = models.CharField(max_length=80, unique=True)  # evt:<id>, or sha256:<hex of the raw body>
    digest = models.CharField(max_length=64)  # sha256 of the raw body: tells a second body under the same id
    type = models.CharField(max_length=60)
    created = models.DateTimeField(null=True)  # by the sender's clock, as the envelope says
    received = models.DateTimeField()
    secret_index = models.PositiveSmallIntegerField(default=0)  # which of the secrets matched: 0 is the newest
    payload = models.TextField(blank=True, default="")  # the raw body, until it is pruned
    state = models.CharField(max_length=10, choices=State.choices)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index("received", name="event_received"),
            models.Index("next_try", condition=models.Q(state="failed"), name="event_to_retry"),
            models.Index("id", condition=models.Q(state="ignored", payload__gt=""), name="event_ignored_in_full"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.key}"


class RefusedDeliveries(models.Model):
    """How many deliveries of an hour had no valid signature: a row an hour, so that nobody can fill the disk."""

    hour = models.DateTimeField(primary_key=True)
    number = models.PositiveBigIntegerField(default=0)
    last = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.number} in the hour of {self.hour}"


class RefusedSender(models.Model):
    """An address that lately sent deliveries without a valid signature; a hash of it, since nobody has to know it."""

    sender = models.CharField(primary_key=True, max_length=16)
    moments = models.JSONField(default=list)  # of the last few, in seconds since 1970: they tell how fast they came
    last = models.DateTimeField(db_index=True)
    burst_at = models.DateTimeField(null=True)  # when too many had come in too short a time, last

    def __str__(self) -> str:
        return self.sender


class Dirty(models.Model):
    """Something to be fetched when due: an event says that it has changed, or a list that it may be gone."""

    class Kind(models.TextChoices):
        NEWEST = "newest"  # the newest page; ref is 0
        BEAT = "beat"
        PRODUCER = "producer"
        SUSPECT = "suspect"  # a beat that a list should show and doesn't: marked by no event

    kind = models.CharField(max_length=10, choices=Kind.choices)
    ref = models.BigIntegerField(default=0)
    due_at = models.DateTimeField()
    looks = models.PositiveSmallIntegerField(default=0)  # fetched so often without seeing a change
    attempts = models.PositiveSmallIntegerField(default=0)  # failed so often since the last event or answer
    version = models.PositiveIntegerField(default=1)  # grows with each event: one that comes during a fetch isn't lost

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("kind", "ref", name="dirty_once")]
        indexes: ClassVar = [models.Index("due_at", name="dirty_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"


class Purchase(models.Model):
    """Somebody bought a beat; the same purchase told in two envelopes is one row."""

    key = models.CharField(max_length=120, unique=True)
    beat_id = models.BigIntegerField()  # no foreign key: a purchase may be told before its beat
    bought_at = models.DateTimeField()
    purchase_id = models.CharField(max_length=64, blank=True, default="")  # BeatConnect's, where an event told it

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "beat_id", "purchase_id", condition=~models.Q(purchase_id=""), name="purchase_counted_once"
            )
        ]
        indexes: ClassVar = [models.Index("beat_id", "bought_at", name="purchase_of_beat")]

    def __str__(self) -> str:
        return f"beat {self.beat_id}"
