"""What every template may know; none of it costs a query or sets a cookie."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """Return the shop's name and addresses; canonical links come from the settings, never from the Host header."""
    return {
        "site": {
            "name": settings.SITE_NAME,
            "url": settings.SITE_URL,
            "marketplace_url": settings.BEATCONNECT_HOME_URL,
        },
    }
