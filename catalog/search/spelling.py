"""Finds the words that somebody may have meant."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Length

from catalog.models.search import SearchEntry, SearchWord

# Shorter words are too much like one another; longer ones than this are no words.
SHORTEST, LONGEST = 4, 40
# From this length on a word may be wrong in two places.
LONG = 7
# So many letters at one end of a word must be right for it to be found.
FEWEST_SURE = 2


def reach(word: str) -> int:
    """Return how many wrong places a word may have."""
    return 0 if len(word) < SHORTEST else 1 if len(word) < LONG else 2


def near_words(word: str, skeleton: str, most_wrong: int) -> dict[str, int]:
    """Return the words in use that differ from one in a few places, each with in how many."""
    if not most_wrong > 0 or len(word) > LONGEST:
        return {}
    # A single wrong place leaves one half of a word right; vowels are what people get wrong most.
    sure = max(FEWEST_SURE, (len(word) - 1) // 2)
    alike = Q(word__begins=word[:sure]) | Q(backwards__begins=word[::-1][:sure])
    if len(skeleton) > FEWEST_SURE:
        alike |= Q(skeleton=skeleton)
    # What sounds the same may be wrong in one place more.
    most = most_wrong + 1
    long_enough = Q(length__range=(len(word) - most, len(word) + most))
    found = SearchWord.objects.annotate(length=Length("word")).filter(alike & long_enough)
    bones = dict(found.values_list("word", "skeleton"))
    near = {
        other: wrong
        for other, wrong in nearest(word, bones, most).items()
        if wrong <= most_wrong or (bones[other] == skeleton and len(skeleton) > FEWEST_SURE)
    }
    in_use = SearchEntry.objects.filter(word=OuterRef("word"))
    used = SearchWord.objects.filter(Exists(in_use.filter(kind=1)) | Exists(in_use.filter(kind=2)), word__in=near)
    return {text: near[text] for text in used.values_list("word", flat=True)}


def nearest(word: str, others: Iterable[str], most_wrong: int) -> dict[str, int]:
    """Return those of the words that differ from one in at most so many places, each with in how many."""
    near = {}
    for other in others:
        if abs(len(other) - len(word)) <= most_wrong and other != word:
            wrong = distance(word, other, most_wrong)
            if wrong <= most_wrong:
                near[other] = wrong
    return near


def distance(one: str, other: str, most: int) -> int:
    """Return in how many places two words differ (a letter more, less, other, or two swapped); `most` + 1 for more."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, its in enumerate(other, 1):
            best = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != its))
            if row > 1 and column > 1 and letter == other[column - 2] and its == one[row - 2]:
                best = min(best, before[column - 2] + 1)
            now.append(best)
        if min(now) > most:
            return most + 1
        before, last = last, now
    return min(last[-1], most + 1)
