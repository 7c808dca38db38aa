"""Start-up checks: an unsafe or impossible configuration is named before it meets a visitor."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.http.request import validate_host

from catalog.beatconnect.client import Client
from storefront.encryption_keys import is_key

SHORTEST_SECRET = 16


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
    elif not validate_host(site.hostname, settings.ALLOWED_HOSTS):
        # The page store asks for every page under that name.
        found.append(checks.Error("ALLOWED_HOSTS must hold the host of SITE_URL.", id="storefront.E009"))
    if len(settings.SECRET_KEY) < 50:
        found.append(checks.Error("SECRET_KEY is shorter than 50 characters.", id="storefront.E003"))
    try:
        Client(settings.BEATCONNECT_API_URL, settings.BEATCONNECT_API_KEY or "none")
    except ValueError as error:
        found.append(checks.Error(f"BEATCONNECT_API_URL, BEATCONNECT_API_KEY: {error}", id="storefront.E004"))
    if not all(re.fullmatch(r"https?://[a-z0-9.:\[\]-]+", host) for host in settings.BEATCONNECT_MEDIA_HOSTS):
        found.append(
            checks.Error("BEATCONNECT_MEDIA_HOSTS must list origins such as https://cdn.example.", id="storefront.E005")
        )
    secrets = settings.BEATCONNECT_WEBHOOK_SECRETS
    if any(not secret or secret != secret.strip() for secret in secrets):
        # Anybody can sign with an empty secret, and one with a space before it never matches.
        found.append(
            checks.Error(
                "BEATCONNECT_WEBHOOK_SECRETS holds an empty secret, or one with spaces around it.", id="storefront.E006"
            )
        )
    elif any(len(secret) < SHORTEST_SECRET for secret in secrets):
        found.append(
            checks.Warning(
                f"BEATCONNECT_WEBHOOK_SECRETS holds a secret of less than {SHORTEST_SECRET} characters: it can be "
                "guessed.",
                id="storefront.W002",
            )
        )
    found += _encryption_keys() + _shared_counts(site.scheme)
    if not settings.BEATCONNECT_API_KEY:
        found.append(
            checks.Warning("BEATCONNECT_API_KEY is not set: the catalogue can't be fetched.", id="storefront.W001")
        )
    return found


def _encryption_keys() -> list[checks.CheckMessage]:
    keys = settings.KEY_ENCRYPTION_KEYS
    if not keys:
        told = (
            "KEY_ENCRYPTION_KEYS is not set, so no buyer's key could be kept: `manage.py rotate_keys --new` writes one."
        )
        return [checks.Error(told, id="storefront.E007")]
    if not all(is_key(key) for key in keys):
        told = "KEY_ENCRYPTION_KEYS holds something that `manage.py rotate_keys --new` never writes."
        return [checks.Error(told, id="storefront.E008")]
    return []


def _shared_counts(scheme: str) -> list[checks.CheckMessage]:
    if scheme != "https" or not settings.CACHES["default"]["BACKEND"].endswith("LocMemCache"):
        return []
    told = "CACHE_URL names no Redis: each of several workers limits sign-ins for itself alone."
    return [checks.Warning(told, id="storefront.W003")]
