"""Finding: by words in titles, producers and genres, and by likeness to a beat."""

import unicodedata

from .catalogue import Beat, Producer
from .store import Store, genre_id, number

# Letters of African alphabets that Unicode does not take apart.
_PLAIN = str.maketrans(
    {"ɛ": "e", "ɔ": "o", "ŋ": "n", "ɖ": "d", "ƒ": "f", "ɣ": "g", "ʋ": "v", "ɓ": "b", "ɗ": "d", "ƙ": "k"}
)


def fold(text: str) -> str:
    """Take case and accents off."""
    taken_apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in taken_apart if not unicodedata.combining(letter)).translate(_PLAIN)


def _folded(beat: Beat) -> tuple[str, str, str]:
    genre = beat.fields.get("genre")
    texts = (
        beat.fields.get("title"),
        beat.fields.get("producer_name"),
        genre.get("name") if isinstance(genre, dict) else None,
    )
    title, producer, genre_name = (fold(text) if isinstance(text, str) else "" for text in texts)
    return title, producer, genre_name


def find_beats(store: Store, query: str) -> list[Beat]:
    """Return beats whose title, producer or genre contains the query: titles first, then the most played."""
    wanted = fold(query.strip())
    texts = store.derived("folded", lambda: [(beat, _folded(beat)) for beat in store.beats("popular")])
    ranked: list[list[Beat]] = [[], [], [], []]
    for beat, (title, producer, genre) in texts:
        if wanted in title:
            ranked[0 if title.startswith(wanted) else 1].append(beat)
        elif wanted in producer:
            ranked[2].append(beat)
        elif wanted in genre:
            ranked[3].append(beat)
    return [beat for rank in ranked for beat in rank]


def find_producers(store: Store, query: str) -> list[Producer]:
    """Return producers whose name or genre contains the query, those with the name first."""
    wanted = fold(query.strip())
    named, others = [], []
    for producer in store.producers():
        if wanted in fold(str(producer.fields["name"])):
            named.append(producer)
        elif any(wanted in fold(genre.name) for genre in producer.genres):
            others.append(producer)
    return named + others


def find_similar(store: Store, beat: Beat, limit: int) -> list[Beat]:
    """Return the beats most like this one by genre, tempo and key, and then the most played."""
    near = store.derived(("similar", beat.id), lambda: _nearest(store, beat))
    return near[:limit]


def _nearest(store: Store, beat: Beat) -> list[Beat]:
    genre, tempo, key = genre_id(beat), number(beat.fields.get("bpm")), beat.fields.get("key")
    scored = []
    for place, other in enumerate(store.beats("popular")):
        if other.id == beat.id:
            continue
        score = 4.0 if genre is not None and genre_id(other) == genre else 0.0
        pace = number(other.fields.get("bpm"))
        if tempo is not None and pace is not None:
            score += max(0.0, 2.0 - abs(tempo - pace) / 4)
        if key is not None and other.fields.get("key") == key:
            score += 1.5
        if score:
            scored.append((-score, place, other))
    scored.sort(key=lambda entry: entry[:2])
    return [other for _, _, other in scored[:20]]
