"""Joins small static files into one: a file for each job is good to change, one request is good for a phone.

A staticfiles finder, so that a development server, the tests and `collectstatic` all serve the same bundle. The parts
stand in BUNDLES, in the order in which they count.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import minify
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

# What a page links is joined of these, in this order; the parts stay small files with one job each.
BUNDLES = {
    "css/site.css": [
        "css/tokens.css",
        "css/layout.css",
        "css/components/weave.css",
        "css/components/cards.css",
        "css/components/listing.css",
        "css/components/people.css",
        "css/components/player.css",
        "css/components/search.css",
        "css/components/takeaway.css",
        "css/pages.css",
    ],
    # Players in frames on other sites: the shop's cloth and colours, and nothing else of it.
    "css/framed.css": ["css/tokens.css", "css/components/weave.css", "css/components/embed.css"],
    "js/site.js": [
        "js/player.js",
        "js/player-bar.js",
        "js/feedback.js",
        "js/navigation.js",
        "js/filters.js",
        "js/tempo.js",
        "js/mixing.js",
        "js/reels.js",
        "js/covers.js",
        "js/search-field.js",
    ],
}

# Comments, indentation and long names are for us: a quarter of what a phone would pay for.
KINDS = {".css": "text/css", ".js": "text/javascript"}


class BundleFinder(BaseFinder):
    """Finds the bundles, made anew whenever one of their parts has changed."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.sources = settings.BASE_DIR / "static"
        self.storage = FileSystemStorage(location=settings.BASE_DIR / "var" / "bundles")
        super().__init__(*args, **kwargs)

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        bundle = str(self._join(path)) if path in BUNDLES else None
        return [bundle] if find_all and bundle else (bundle or [])

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        for path in BUNDLES:
            self._join(path)
            yield path, self.storage

    def _join(self, path: str) -> Path:
        bundle = Path(self.storage.path(path))
        text = minify.string(
            KINDS[bundle.suffix], "\n".join((self.sources / part).read_text() for part in BUNDLES[path])
        )
        if not bundle.exists() or bundle.read_text() != text:
            bundle.parent.mkdir(parents=True, exist_ok=True)
            # Written beside and renamed: another process may be reading.
            draft = bundle.with_suffix(f".{id(self)}.draft")
            draft.write_text(text)
            draft.replace(bundle)
        return bundle
