"""The quota ledger: every call to BeatConnect, counted before it is sent. Only `catalog.quota` writes here."""

from typing import ClassVar

from django.db import models


class Budget(models.Model):
    """One API key, known by its fingerprint; the row is the lock under which its calls are counted."""

    key = models.CharField(primary_key=True, max_length=64)
    seq = models.BigIntegerField(default=0)
    blocked_until = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    failed_at = models.DateTimeField(null=True)  # when the last of them was learned
    paused = models.JSONField(default=dict)  # endpoint → until when it refuses us (403)
    unreadable = models.JSONField(default=list)  # the paths of those that brought an answer that is no use
    foreign = models.JSONField(default=dict)  # window → {"calls", "until"}: what others spend of this key
    trouble = models.CharField(max_length=40, blank=True, default="")  # the last failure's class, until a success

    def __str__(self) -> str:
        return self.key


class ApiCall(models.Model):
    """One call; `done_at` is NULL while it is under way."""

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="calls", db_index=False)
    purpose = models.CharField(max_length=20)
    path = models.CharField(max_length=200)
    sent_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    outcome = models.CharField(max_length=40, blank=True, default="")  # "ok" or the failure's class

    class Meta:
        indexes: ClassVar = [
            models.Index("budget", "done_at", name="call_by_done"),
            models.Index("budget", "sent_at", name="call_by_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.path}"
