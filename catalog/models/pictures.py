"""What stands on the shelf of pictures: the files are in the default storage, their sizes and troubles here.

Only `catalog.covers` writes here.
"""

from typing import ClassVar

from django.db import models

NAME_LENGTH = 80
TROUBLE_LENGTH = 40


class Picture(models.Model):
    """A cover in its sizes, or a share picture, under the name of its files; size 0 until there are any."""

    name = models.CharField(primary_key=True, max_length=NAME_LENGTH)
    size = models.PositiveIntegerField(default=0)  # bytes of all its files
    used_at = models.DateTimeField()  # to the day: a write for each look would be one too many
    claimed_until = models.DateTimeField(null=True)  # somebody is making it
    failures = models.PositiveSmallIntegerField(default=0)  # in a row
    trouble = models.CharField(max_length=TROUBLE_LENGTH, blank=True, default="")  # the last failure's class
    usable = models.BooleanField(default=True)  # False: what was sent is no picture that we would show
    retry_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index("used_at", name="picture_by_use")]

    def __str__(self) -> str:
        return self.name
