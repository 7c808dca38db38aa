"""Joins small static files into one: a file for each job is good to change, one request is good for a phone.

A staticfiles finder, so that a development server, the tests and `collectstatic` all serve the same bundle. The parts
stand in BUNDLES, in the order in which they count.
"""

import re
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
        "css/components/search.css",
        "css/components/takeaway.css",
        "css/pages.css",
        "css/components/forced.css",
        "css/components/print.css",
    ],
    # Players in frames on other sites: the shop's cloth and colours, and nothing else of it.
    "css/framed.css": [
        "css/tokens.css",
        "css/components/weave.css",
        "css/components/embed.css",
        "css/components/forced.css",
    ],
    # Before anything is painted.
    "js/early.js": ["js/theme.js"],
    "js/site.js": [
        "js/player.js",
        "js/one-tab.js",
        "js/cards.js",
        "js/moment.js",
        "js/loudness.js",
        "js/kit.js",
        "js/share.js",
        "js/feedback.js",
        "js/navigation.js",
        "js/filters.js",
        "js/tempo.js",
        "js/mixing.js",
        "js/reels.js",
        "js/view.js",
        "js/covers.js",
        "js/search-field.js",
        "js/mine.js",
        "js/printing.js",
        "js/installed.js",
        "js/memory.js",
    ],
    # Fetched when first needed: suggestions for who searches, the bar and the queue for who listens.
    "js/suggest.js": ["js/combobox.js"],
    "js/late.js": [
        "js/queue.js",
        "js/player-bar.js",
        "js/volume.js",
        "js/media-session.js",
        "js/panels.js",
        "js/queue-panel.js",
        "js/shortcuts.js",
        "js/keeper.js",
    ],
    "css/late.css": ["css/components/player.css", "css/components/panels.css"],
    "js/framed.js": ["js/embed.js", "js/covers.js"],
}

# Comments, indentation and long names are for us: a quarter of what a phone would pay for.
KINDS = {".css": "text/css", ".js": "text/javascript"}
# The minifier joins declarations and puts those that take something apart first: of `const a = f(); const [b] = g();`
# it would call g first. It has no option against that, but a statement between the two keeps them where they are.
_TAKES_APART = re.compile(r"^(\s*)((?:const|let|var) ?[\[{])", re.MULTILINE)


def shrink(kind: str, text: str) -> str:
    """Return a style sheet (".css") or script (".js") that does the same, in the same order, in fewer bytes."""
    if kind == ".js":
        text = _TAKES_APART.sub(r"\1 0; \2", text)
    return str(minify.string(KINDS[kind], text))


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
        text = shrink(bundle.suffix, "\n".join((self.sources / part).read_text() for part in BUNDLES[path]))
        if not bundle.exists() or bundle.read_text() != text:
            bundle.parent.mkdir(parents=True, exist_ok=True)
            # Written beside and renamed: another process may be reading.
            draft = bundle.with_suffix(f".{id(self)}.draft")
            draft.write_text(text)
            draft.replace(bundle)
        return bundle
