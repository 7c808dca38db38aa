"""The Content-Security-Policy: nothing is allowed but what the pages need, and nothing inline or evaluated."""

from collections.abc import Sequence
from typing import Any


def content_security_policy(static_url: str, media_hosts: Sequence[str], *, https: bool) -> dict[str, Any]:
    """Return django-csp's setting; covers and previews come from `media_hosts`."""
    return {
        "EXCLUDE_URL_PREFIXES": [static_url],
        "DIRECTIVES": {
            "default-src": ["'none'"],
            "script-src": ["'self'"],
            "style-src": ["'self'"],
            "img-src": ["'self'", *media_hosts],
            "media-src": ["'self'", *media_hosts],
            "connect-src": ["'self'"],
            "manifest-src": ["'self'"],
            "form-action": ["'self'"],
            "base-uri": ["'none'"],
            "object-src": ["'none'"],
            "frame-ancestors": ["'none'"],
            "upgrade-insecure-requests": https,
        },
    }


def keep_to_this_site(headers: Any, path: str, url: str) -> None:
    """Let no other site use our static files (whitenoise calls this for each)."""
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
