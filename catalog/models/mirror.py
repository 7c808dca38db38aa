"""The local mirror: what BeatConnect told us, cleaned, as rows. Only `catalog.mirror` writes here.

Every row carries `fetched_at`: when the call that brought it was sent, by the database's clock. A later
answer never gives way to an earlier one. NULL means that BeatConnect never said.
"""

from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from catalog.addresses import fingerprint, page_path
from catalog.harmony import key_of

TITLE_LENGTH = 300
NAME_LENGTH = 200
URL_LENGTH = 2000
KEY_LENGTH = 20
# From this age on a price is what it was when we saw it, and the pages say so.
OLD_AFTER = timedelta(hours=6)
# The widths that covers are kept in, and the same in height: for a card, and for a beat's own page.
SMALL_COVER, LARGE_COVER = COVER_WIDTHS = (320, 640)


class MirrorRow(models.Model):
    """A thing of BeatConnect's, under BeatConnect's own id."""

    id = models.BigIntegerField(primary_key=True)
    fetched_at = models.DateTimeField()

    class Meta:
        abstract = True


class Genre(MirrorRow):
    name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    slug = models.CharField(max_length=NAME_LENGTH, null=True)
    beat_count = models.PositiveIntegerField(default=0)  # live beats; kept by catalog.mirror

    def __str__(self) -> str:
        return self.name or f"Genre #{self.pk}"

    @property
    def url(self) -> str:
        return page_path("genres", self.pk, self.name)


class Producer(MirrorRow):
    name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    bio = models.TextField(blank=True, default="")
    location = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    avatar_url = models.CharField(max_length=URL_LENGTH, blank=True, default="")
    website = models.CharField(max_length=URL_LENGTH, blank=True, default="")
    joined_at = models.DateTimeField(null=True)
    social = models.JSONField(default=dict)  # a network's name: an https link
    follower_count = models.PositiveBigIntegerField(null=True)
    profile_fetched_at = models.DateTimeField(null=True)
    folded = models.CharField(max_length=NAME_LENGTH, blank=True, default="")  # the name as catalog.folding writes it
    beat_count = models.PositiveIntegerField(default=0)  # live beats and their plays; kept by catalog.mirror
    play_count = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(F("play_count").desc(), F("id").desc(), name="producer_by_plays")]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.name or f"Producer #{self.pk}"

    @property
    def url(self) -> str:
        return page_path("producers", self.pk, self.name)

    @property
    def small_avatar(self) -> str:
        return f"/avatars/{self.pk}/{SMALL_COVER}.webp?v={fingerprint(self.avatar_url)}" if self.avatar_url else ""

    @property
    def website_host(self) -> str:
        return urlsplit(self.website).netloc


# The orders of the lists, by the names of their indexes; and what else is asked of a beat that a list may pass over.
_LIVE_ORDERS: dict[str, tuple[list[Any], list[str]]] = {
    "beat_newest": ([F("created_at").desc()], ["genre", "producer", "bpm", "tone", "price"]),
    "beat_popular": ([F("play_count").desc()], ["genre", "producer", "bpm", "tone", "price"]),
    "beat_cheapest": ([F("price").asc()], ["genre", "producer", "bpm", "tone"]),
    "beat_dearest": ([F("price").desc()], ["genre", "producer", "bpm", "tone"]),
    "beat_slowest": ([F("bpm").asc()], ["genre", "producer", "tone", "price"]),
    "beat_genre_popular": ([F("genre"), F("play_count").desc()], ["producer", "bpm", "tone", "price"]),
    "beat_genre": ([F("genre"), F("created_at").desc()], ["producer", "bpm", "tone", "price"]),
    "beat_producer": ([F("producer"), F("created_at").desc()], ["genre", "bpm", "tone", "price"]),
}


class Beat(MirrorRow):
    title = models.CharField(max_length=TITLE_LENGTH, blank=True, default="")
    producer = models.ForeignKey(Producer, models.PROTECT, null=True, related_name="beats", db_index=False)
    producer_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    genre = models.ForeignKey(Genre, models.PROTECT, null=True, related_name="beats", db_index=False)
    price = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    duration = models.PositiveIntegerField(null=True)  # seconds
    bpm = models.PositiveSmallIntegerField(null=True)
    key = models.CharField(max_length=KEY_LENGTH, blank=True, default="")
    tone = models.PositiveSmallIntegerField(null=True)  # the key as catalog.harmony numbers it, where it can be read
    audio_url = models.CharField(max_length=URL_LENGTH, blank=True, default="")
    cover_url = models.CharField(max_length=URL_LENGTH, blank=True, default="")
    created_at = models.DateTimeField(null=True)
    play_count = models.PositiveBigIntegerField(null=True)
    download_count = models.PositiveBigIntegerField(null=True)
    similar_fetched_at = models.DateTimeField(null=True)
    provisional = models.BooleanField(default=False)  # not yet confirmed: see apply_beats
    # When an answer first told anything else than the one before it, plays and downloads aside; NULL for never.
    changed_at = models.DateTimeField(null=True)
    missing_at = models.DateTimeField(null=True)  # 404 among too many: gone once a list doesn't show it either
    gone_at = models.DateTimeField(null=True)  # removed from BeatConnect; kept for an honest 410

    reason = ""  # no column: why a shelf shows the beat, set by whoever fills the shelf

    class Meta:
        # Sort keys end in the id, so that pages are stable; the lists show live beats only. That is in each index, too,
        # though it is its condition: SQLite else reads every row before a deep page.
        indexes: ClassVar = [
            *(
                models.Index(*columns, F("id").desc(), F("gone_at"), *more, condition=Q(gone_at=None), name=name)
                for name, (columns, more) in _LIVE_ORDERS.items()
            ),
            # Holds all that picks beats alike, and a genre's usual tempo, so that no row need be read.
            models.Index("genre", "bpm", "tone", "id", condition=Q(gone_at=None), name="beat_genre_tempo"),
            models.Index("gone_at", condition=Q(gone_at__isnull=False), name="beat_gone"),
        ]

    def __str__(self) -> str:
        return self.display_title

    @property
    def display_title(self) -> str:
        return self.title or f"Untitled beat #{self.pk}"

    @property
    def url(self) -> str:
        return page_path("beats", self.pk, self.title)

    @property
    def is_old(self) -> bool:
        """Whether the page should say when this was seen: of a whole mirror one beat may still be stuck."""
        return timezone.now() - self.fetched_at > OLD_AFTER

    @property
    def camelot(self) -> str:
        """The key's code on the Camelot wheel, "" where the key can't be read."""
        key = key_of(self.tone)
        return key.camelot if key else ""

    @property
    def small_cover(self) -> str:
        return self._cover_path(SMALL_COVER)

    @property
    def large_cover(self) -> str:
        return self._cover_path(LARGE_COVER)

    def _cover_path(self, width: int) -> str:
        return f"/covers/{self.pk}/{width}.webp?v={fingerprint(self.cover_url)}" if self.cover_url else ""

    @property
    def shown_on_card(self) -> tuple[object, ...]:
        return (self.title, self.producer_label, self.bpm, self.key, self.cover_url)

    @property
    def share_picture(self) -> str:
        return f"/cards/{self.pk}.png?v={fingerprint(*self.shown_on_card)}"

    @property
    def producer_label(self) -> str:
        return self.producer_name or (self.producer.display_name if self.producer else "")

    @property
    def producer_url(self) -> str:
        return self.producer.url if self.producer else ""

    @property
    def genre_name(self) -> str:
        return str(self.genre) if self.genre else ""

    @property
    def genre_url(self) -> str:
        return self.genre.url if self.genre else ""


class Absent(models.Model):
    """An id that BeatConnect does not know: not asked for again before `until`."""

    beat_id = models.BigIntegerField(primary_key=True)
    until = models.DateTimeField()
    times = models.PositiveSmallIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [models.Index("until", name="absent_until")]

    def __str__(self) -> str:
        return f"no beat {self.pk}"


class Similar(models.Model):
    """BeatConnect's own word for which beats are alike; `rank` 0 is the nearest."""

    beat = models.ForeignKey("Beat", models.CASCADE, related_name="similar", db_index=False)
    other = models.ForeignKey("Beat", models.CASCADE, related_name="+")
    rank = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("beat", "rank", name="similar_rank")]

    def __str__(self) -> str:
        return f"{self.beat_id} ~ {self.other_id}"


class Quarantined(models.Model):
    """An item of an answer that could not be used, and why; gone again once the item comes right."""

    kind = models.CharField(max_length=20)
    item_id = models.CharField(max_length=64)
    reason = models.CharField(max_length=300)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("kind", "item_id", name="quarantined_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.item_id}: {self.reason}"
