"""How the addresses of beats, genres and producers are made, and of their pictures."""

import hashlib

from django.utils.text import slugify

from catalog import languages

SLUG_LENGTH = 80


def page_path(room: str, pk: int, text: str) -> str:
    """Return /room/id/slug/ in the current language; /room/id/ where the text, as "日本語", leaves no slug."""
    slug = slugify(text)[:SLUG_LENGTH].strip("-")
    bare = f"{languages.prefix()}/{room}/{pk}/"
    return f"{bare}{slug}/" if slug else bare


def fingerprint(*parts: object) -> str:
    """Return eight letters that change with their parts: an address that carries them may be kept for good."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:8]
