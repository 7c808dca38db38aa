"""What search engines ask for first: robots.txt and the sitemaps."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.indexing import robots_txt
from catalog.pagestore.kept import kept
from catalog.publishing import publish
from catalog.service import sitemaps

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
ROBOTS_SECONDS, SITEMAP_SECONDS = 86_400, 3_600


@require_safe
@kept()
def robots(request: HttpRequest) -> HttpResponse:
    return publish(robots_txt(settings.SITE_URL), "text/plain; charset=utf-8", ROBOTS_SECONDS)


@require_safe
@kept()
def sitemap_index(request: HttpRequest) -> HttpResponse:
    found = ((f"/sitemap-{page.kind}-{page.number}.xml", page.changed_at) for page in sitemaps.sitemaps())
    return _xml("sitemapindex", _elements("sitemap", found))


@require_safe
@kept()
def sitemap(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    found = ((entry.path, entry.changed_at) for entry in sitemaps.entries(kind, number))
    return _xml("urlset", _elements("url", found))


def _elements(name: str, found: Iterable[tuple[str, datetime | None]]) -> Iterator[str]:
    site = escape(settings.SITE_URL)
    for path, changed_at in found:
        day = f"<lastmod>{changed_at.isoformat(timespec='seconds')}</lastmod>" if changed_at else ""
        yield f"<{name}><loc>{site}{escape(path)}</loc>{day}</{name}>\n"


def _xml(root: str, elements: Iterable[str]) -> HttpResponse:
    text = f'<?xml version="1.0" encoding="utf-8"?>\n<{root} xmlns="{NAMESPACE}">\n{"".join(elements)}</{root}>\n'
    response = publish(text, "application/xml; charset=utf-8", SITEMAP_SECONDS)
    response["X-Robots-Tag"] = "noindex"
    return response
