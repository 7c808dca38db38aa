"""Start-up checks: an unsafe or impossible configuration is named before it meets a visitor."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks


@checks.register()
def check_configuration(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Return what stands between this configuration and a safe shop."""
    found: list[checks.CheckMessage] = []
    site = urlsplit(settings.SITE_URL)
    if site.scheme not in {"http", "https"} or not site.hostname or site.path or site.query:
        found.append(checks.Error("SITE_URL must be an origin such as https://beats.example.", id="storefront.E001"))
    elif settings.DEBUG and site.hostname not in settings.LOOPBACK_HOSTS:
        found.append(
            checks.Error("DEBUG shows secrets to visitors: turn it off on a public SITE_URL.", id="storefront.E002")
        )
    if len(settings.SECRET_KEY) < 50:
        found.append(checks.Error("SECRET_KEY is shorter than 50 characters.", id="storefront.E003"))
    api = urlsplit(settings.BEATCONNECT_API_URL)
    if api.scheme != "https" and not (api.scheme == "http" and api.hostname in settings.LOOPBACK_HOSTS):
        found.append(
            checks.Error("BEATCONNECT_API_URL must be https (http only on this machine).", id="storefront.E004")
        )
    if not settings.BEATCONNECT_API_KEY:
        found.append(
            checks.Warning("BEATCONNECT_API_KEY is not set: the catalogue can't be fetched.", id="storefront.W001")
        )
    return found
