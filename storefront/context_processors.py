"""What every template may know; none of it costs a query or sets a cookie."""

import re
from email.utils import parseaddr

from django.conf import settings
from django.http import HttpRequest

from catalog.htmx import saves_data

NOBODY_READS = re.compile(r"(no|do-?not)[-_.]?reply\b", re.IGNORECASE)


def site(request: HttpRequest) -> dict[str, object]:
    """Return the shop's name and addresses; canonical links come from the settings, never from the Host header."""
    return {
        "site": {
            "name": settings.SITE_NAME,
            "url": settings.SITE_URL,
            "saves_data": saves_data(request),
            "has_worker": settings.SERVICE_WORKER,
            "contact": _contact(),
            "marketplace_url": settings.BEATCONNECT_HOME_URL,
        },
    }


def _contact() -> str:
    """Return the address that visitors may write to: the one that mail comes from, if somebody reads it."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return "" if NOBODY_READS.match(address) else address
