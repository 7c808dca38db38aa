"""What makes the shop an app on a phone's home screen: manifest, service worker, a page for no connection."""

import hashlib

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.pagestore.kept import kept
from catalog.publishing import publish

MANIFEST_SECONDS = 86_400
# What the page for no connection is made of: the worker fetches it in time.
OFFLINE_PARTS = ("css/site.css", "js/theme.js", "img/icon.svg")
# (file, its width and height, what it is for): a maskable one may be cut to any shape, an own one is whole.
ICONS = (
    ("img/icon-192.png", "192x192", "any"),
    ("img/icon-512.png", "512x512", "any"),
    ("img/icon-maskable-512.png", "512x512", "maskable"),
    ("img/icon.svg", "any", "any"),
)


@require_safe
@kept()
def manifest(request: HttpRequest) -> HttpResponse:
    """Describe the shop to a device that may keep it on its home screen."""
    facts = {
        "id": "/",
        "name": settings.SITE_NAME,
        "short_name": "Beats",
        "description": "African beats to listen to and license.",
        "lang": settings.LANGUAGE_CODE,
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#16120f",
        "theme_color": "#16120f",
        "categories": ["music"],
        "icons": [
            {"src": staticfiles_storage.url(file), "sizes": sizes, "type": _kind(file), "purpose": purpose}
            for file, sizes, purpose in ICONS
        ],
        "shortcuts": [
            {"name": "Search", "url": reverse("search")},
            {"name": "Most played", "url": f"{reverse('beat-list')}?sort=popular"},
        ],
    }
    return publish(JsonResponse(facts).content, "application/manifest+json", MANIFEST_SECONDS)


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Return the worker, or with SERVICE_WORKER off one that takes itself away wherever it was."""
    parts = [reverse("offline"), *(staticfiles_storage.url(part) for part in OFFLINE_PARTS)]
    version = hashlib.sha256(repr(parts).encode()).hexdigest()[:8]
    template = "app/sw.js" if settings.SERVICE_WORKER else "app/sw_gone.js"
    facts = {"parts": parts, "version": version, "static_url": settings.STATIC_URL}
    response = render(request, template, facts, content_type="text/javascript; charset=utf-8")
    # Asked for at every visit: the switch must work at once.
    response["Cache-Control"] = "no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Return the page that the worker shows without a connection: one, in all languages, and nothing of a visitor's."""
    response = render(request, "app/offline.html", {"languages": settings.LANGUAGES})
    response["Cache-Control"] = "no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response


def _kind(file: str) -> str:
    return "image/svg+xml" if file.endswith(".svg") else "image/png"
