"""Knows a browser in which somebody signed in before, so that wrong passwords from elsewhere don't lock its owner out.

Its tries are counted apart from everybody else's: as many of them, and no more. The cookie names nobody, is of use for
the one address alone, and says nothing about whether that has an account.
"""

import secrets

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

NAME = "known_device"
AGE = 180 * 86_400  # seconds
_SIGNER = "accounts.known_devices"


def remember(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """Let this browser be known for who has just signed in."""
    if known_as(request, email):
        return
    response.set_cookie(
        _name(),
        TimestampSigner(salt=_SIGNER).sign(f"{_mark(email)}-{secrets.token_urlsafe(6)}"),
        max_age=AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def known_as(request: HttpRequest, email: str) -> str:
    """Return what tells this browser from others in which this person signed in; "" where they never did."""
    try:
        value = TimestampSigner(salt=_SIGNER).unsign(request.COOKIES.get(_name(), ""), max_age=AGE)
    except BadSignature:
        return ""
    return value if value.startswith(f"{_mark(email)}-") else ""


def _mark(email: str) -> str:
    return salted_hmac(_SIGNER, email, algorithm="sha256").hexdigest()[:16]


def _name() -> str:
    return f"__Host-{NAME}" if settings.SESSION_COOKIE_SECURE else NAME
