"""What search looks in: the words of the live beats and of the producers who have some, the most played first.

Two plain tables with plain indexes, so that both databases find the same. Only `catalog.search.entries` writes them,
in the transaction that writes the rows they are made of.
"""

from typing import Any, ClassVar

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Lookup
from django.db.models.sql.compiler import SQLCompiler

# Longer words are cut: they are no words. Whole titles and queries are, too.
WORD_LENGTH = 100
# No folded word holds it: whatever begins with a prefix sorts before the prefix and this.
_LAST = "\U0010ffff"


@models.CharField.register_lookup
class Begins(Lookup):
    """Begins with, case and all, by the index of either database: LIKE could not promise that.

    SQLite uses no index for LIKE with ESCAPE, but compares texts by their bytes; PostgreSQL has operators for that.
    """

    lookup_name = "begins"
    operators: ClassVar = {"sqlite": (">=", "<"), "postgresql": ("~>=~", "~<~")}

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        left, params = self.process_lhs(compiler, connection)
        first, last = self.operators[connection.vendor]
        return f"({left} {first} %s AND {left} {last} %s)", (*params, self.rhs, *params, f"{self.rhs}{_LAST}")


class SearchEntry(models.Model):
    """A word under which a beat or producer is found.

    Words of titles and names stand as they are, folded; "=lagos nights" is a whole title or name (cut), "#g5" the genre
    with the id 5, "#k13" a key as `Beat.tone` numbers it. `plays` is -1 where they aren't known.
    """

    class Kind(models.IntegerChoices):
        BEAT = 1
        PRODUCER = 2

    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    item = models.BigIntegerField()
    word = models.CharField(max_length=WORD_LENGTH + 1)
    plays = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("kind", "item", "word", name="search_entry_once")]
        indexes: ClassVar = [
            # The operator class is what lets PostgreSQL look up beginnings, whatever its collation.
            models.Index(
                fields=["kind", "word", "-plays", "-item"],
                opclasses=["int2_ops", "varchar_pattern_ops", "int8_ops", "int8_ops"],
                name="search_by_plays",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.word}: {self.get_kind_display()} {self.item}"


class SearchWord(models.Model):
    """A word of any title or name, as those look it up who misspell it; words no longer used do no harm."""

    word = models.CharField(max_length=WORD_LENGTH, primary_key=True)
    backwards = models.CharField(max_length=WORD_LENGTH)
    skeleton = models.CharField(max_length=WORD_LENGTH)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["backwards"], opclasses=["varchar_pattern_ops"], name="search_backwards"),
            models.Index(fields=["skeleton"], name="search_skeleton"),
        ]

    def __str__(self) -> str:
        return self.word


class AskedSearch(models.Model):
    """A query that found nothing here, and what BeatConnect found for it: not asked again before `until`."""

    query = models.CharField(max_length=WORD_LENGTH, primary_key=True)
    until = models.DateTimeField()
    beats = models.JSONField(default=list)

    class Meta:
        indexes: ClassVar = [models.Index("until", name="asked_search_until")]

    def __str__(self) -> str:
        return self.query
