"""The language that an address is in: English has no mark, the others stand in front of the path (/fr/beats/).

The address decides and nothing else: a page that followed the browser's Accept-Language would be another one for each
visitor, and no cache could keep it.
"""

from typing import NamedTuple

from django.conf import settings
from django.utils.translation import get_language


class Version(NamedTuple):
    """A page in one language; `name` is that language's own word for itself."""

    code: str
    name: str
    prefix: str
    path: str
    is_current: bool


def prefix(code: str | None = None) -> str:
    """Return what stands before the paths of a language, the current one if none is named: "" or "/fr"."""
    code = code or get_language() or settings.LANGUAGE_CODE
    return "" if code == settings.LANGUAGE_CODE else f"/{code}"


def split(path: str) -> tuple[str, str]:
    """Return the language of a path, and the path as it is in English: ("fr", "/beats/") of /fr/beats/."""
    first, _, rest = path.removeprefix("/").partition("/")
    if path.startswith("/") and first != settings.LANGUAGE_CODE and first in dict(settings.LANGUAGES):
        return first, f"/{rest}"
    return settings.LANGUAGE_CODE, path


def versions(path: str) -> list[Version]:
    """Return the same page in every language, English first; a query stays as it is."""
    current, plain = split(path)
    plain = "/" + plain.lstrip("/")  # "//" would begin another site's address
    return [
        Version(code, name, prefix(code), prefix(code) + plain, code == current) for code, name in settings.LANGUAGES
    ]
