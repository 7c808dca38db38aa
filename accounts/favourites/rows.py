"""What people keep: a list each, of a person or of a browser, and the beats in it as they were."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from catalog.models.mirror import NAME_LENGTH, TITLE_LENGTH


class FavouriteList(models.Model):
    """One person's or one browser's; of what a browser shows only a fingerprint is kept, which opens nothing."""

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="favourites")
    browser = models.CharField(max_length=64, null=True, unique=True)
    used_at = models.DateTimeField()
    # A look ends when nobody has looked for a while: what changed stays told through reloads and tabs.
    look_began_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    looked_before_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(owner=None, browser__isnull=False) | Q(owner__isnull=False, browser=None),
                name="favourites_of_one",
            )
        ]
        indexes: ClassVar = [models.Index("used_at", condition=Q(owner=None), name="favourites_unused")]

    def __str__(self) -> str:
        return f"favourites of {f'user {self.owner_id}' if self.owner_id else 'a browser'}"


class Favourite(models.Model):
    """A beat that was kept, as it was then: readable when the mirror has forgotten it. NULL is a price never told."""

    list = models.ForeignKey(FavouriteList, models.CASCADE, related_name="beats", db_index=False)
    beat_id = models.BigIntegerField()
    title = models.CharField(max_length=TITLE_LENGTH, blank=True, default="")
    producer = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    price = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    kept_at = models.DateTimeField()
    # As its owner last saw it, and what it was before the newest change they were told of.
    seen_price = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    seen_gone = models.BooleanField(default=False)
    price_before = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("list", "beat_id", name="favourite_once")]
        indexes: ClassVar = [models.Index("list", F("kept_at").desc(), F("id").desc(), name="favourites_newest")]

    def __str__(self) -> str:
        return self.title or f"beat {self.beat_id}"
