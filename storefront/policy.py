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
            "font-src": ["'self'"],
            "connect-src": ["'self'"],
            "manifest-src": ["'self'"],
            "form-action": ["'self'"],
            "base-uri": ["'none'"],
            "object-src": ["'none'"],
            "frame-src": ["'none'"],
            "frame-ancestors": ["'none'"],
            "upgrade-insecure-requests": https,
        },
    }
