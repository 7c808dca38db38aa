"""Which page a request asks for, told from its address and four headers."""

from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils import translation

from catalog import languages
from catalog.htmx import ERROR_FRAGMENTS
from catalog.pagestore.kept import Kept

Environ = dict[str, Any]

# Longer addresses are answered, too, only not from here.
LONGEST_PATH, LONGEST_QUERY = 300, 500


class Key(NamedTuple):
    """A page: `query` in its canonical form; `target` the fragment's, "" for the whole page."""

    path: str  # as WSGI has it
    query: str
    target: str
    saves_data: bool


class Address(NamedTuple):
    path: str
    query: str
    fragments: frozenset[str]


def read_key(environ: Environ) -> Key | None:
    """Return the page that a GET or HEAD asks for; None where it is none that is kept."""
    query = environ.get("QUERY_STRING", "")
    path = environ["PATH_INFO"]
    if len(query) > LONGEST_QUERY or len(path) > LONGEST_PATH or environ.get("SCRIPT_NAME"):
        return None
    address = _address(path, query)
    if address is None:
        return None
    target = _target(environ, address.fragments) if "HTTP_HX_REQUEST" in environ else ""
    if target is None:
        return None
    return Key(address.path, address.query, target, environ.get("HTTP_SAVE_DATA", "").lower() == "on")


def _target(environ: Environ, fragments: frozenset[str]) -> str | None:
    # As catalog.htmx.wanted_fragment reads them.
    target = environ.get("HTTP_HX_TARGET", "")
    whole = (
        environ["HTTP_HX_REQUEST"] != "true"
        or environ.get("HTTP_HX_HISTORY_RESTORE_REQUEST") == "true"
        or environ.get("HTTP_SEC_FETCH_DEST") == "document"
    )
    if whole or target in fragments:
        return "" if whole else target
    # The page is a whole one then, but its error would not be.
    return None if target in ERROR_FRAGMENTS else ""


@lru_cache(maxsize=8_192)
def _address(path: str, query: str) -> Address | None:
    kept = _kept(path)
    # Where there is too much in it, Django refuses it.
    if kept is None or not query.isascii() or query.count("&") >= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:
        return None
    pairs = [pair for pair in parse_qsl(query, keep_blank_values=True, errors="replace") if pair[0] in kept.parameters]
    # The order of what was given twice counts, that of different names doesn't.
    pairs.sort(key=lambda pair: kept.parameters.index(pair[0]))
    return Address(path, urlencode(pairs), kept.fragments)


def _kept(path: str) -> Kept | None:
    try:
        said = path.encode("latin-1").decode()
        # As storefront.middleware.address_language does it.
        with translation.override(languages.split(said)[0]):
            view = resolve(said).func
    except (UnicodeError, Resolver404):
        return None
    found: Kept | None = getattr(view, "kept", None)
    return found
