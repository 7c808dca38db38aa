"""Keeps the words that search looks in; called where the rows are written, in the same transaction."""

from collections.abc import Collection, Iterable

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from catalog.models.mirror import Beat, Producer
from catalog.models.search import WORD_LENGTH, SearchEntry, SearchWord
from catalog.search.folding import fold, skeleton, words

Kind = SearchEntry.Kind
UNKNOWN = -1  # plays that nobody told


def title_word(text: str) -> list[str]:
    """Return the entry of a whole title or name: none where nothing in it can be searched for."""
    folded = fold(text)
    return [f"={folded[:WORD_LENGTH]}"] if folded else []


def genre_word(pk: int) -> str:
    return f"#g{pk}"


def key_word(tone: int) -> str:
    return f"#k{tone}"


def beat_words(title: str, producer_names: Iterable[str], genre: int | None, tone: int | None) -> set[str]:
    """Return everything that a beat is found under."""
    found = {*words(title), *title_word(title)}
    for name in producer_names:
        found.update(words(name))
    if genre is not None:
        found.add(genre_word(genre))
    if tone is not None:
        found.add(key_word(tone))
    return found


def keep_beats(ids: Collection[int]) -> None:
    """Bring the entries of some beats up to their rows; those no longer sold lose theirs."""
    plays = Coalesce("play_count", UNKNOWN)
    rows = Beat.objects.filter(id__in=ids, gone_at=None).values_list(
        "id", "title", "producer_name", "producer__name", "genre_id", "tone", plays
    )
    wanted = {
        pk: (beat_words(title, (name, profile_name or ""), genre, tone), count)
        for pk, title, name, profile_name, genre, tone, count in rows
    }
    current = Beat.objects.filter(pk=OuterRef("item")).values_list(plays)
    _keep(Kind.BEAT, ids, wanted, Subquery(current))


def keep_producers(ids: Collection[int]) -> None:
    """Bring the entries of some producers up to their rows; those without beats have none."""
    rows = Producer.objects.filter(id__in=ids, beat_count__gt=0).values_list("id", "name", "play_count")
    wanted = {pk: ({*words(name), *title_word(name)}, plays) for pk, name, plays in rows}
    _keep(Kind.PRODUCER, ids, wanted, Subquery(Producer.objects.filter(pk=OuterRef("item")).values("play_count")))


def keep_beats_of(producer: int) -> None:
    """Bring the entries of a producer's beats up to date, after a change of name."""
    keep_beats(list(Beat.objects.filter(producer=producer, gone_at=None).values_list("id", flat=True)))


def _keep(kind: int, ids: Collection[int], wanted: dict[int, tuple[set[str], int]], current: Subquery) -> None:
    missing = {(pk, word): plays for pk, (found, plays) in wanted.items() for word in found}
    surplus, moved = [], set()
    stored = SearchEntry.objects.filter(kind=kind, item__in=ids)
    for entry, item, word, plays in stored.values_list("pk", "item", "word", "plays"):
        expected = missing.pop((item, word), None)
        if expected is None:
            surplus.append(entry)
        elif expected != plays:
            moved.add(item)
    if surplus:
        SearchEntry.objects.filter(pk__in=surplus).delete()
    if moved:
        SearchEntry.objects.filter(kind=kind, item__in=moved).update(plays=current)
    # What a parallel writer has put there in between is as good.
    SearchEntry.objects.bulk_create(
        [SearchEntry(kind=kind, item=item, word=word, plays=plays) for (item, word), plays in missing.items()],
        ignore_conflicts=True,
    )
    spelled = sorted({word for _, word in missing if word[0] not in "=#"})
    SearchWord.objects.bulk_create([new_word(word) for word in spelled], ignore_conflicts=True)


def new_word(word: str) -> SearchWord:
    return SearchWord(word=word, backwards=word[::-1], skeleton=skeleton(word))
