"""Whose favourites a request is about: those of who has signed in, else those of the browser.

A browser carries a signed cookie with a random name, which no script can read; what is kept of it is a fingerprint. A
second, readable cookie says nothing but that it is worth asking, as `signed_in` does.
"""

import hashlib
import secrets
from datetime import timedelta

from allauth.core import ratelimit
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.favourites import keeping
from accounts.favourites.rows import FavouriteList
from accounts.models import User
from accounts.private import TooMany

KEEP_FOR = timedelta(days=365)  # unseen
# Noted no oftener: a page view should not cost a write.
NOTE_EVERY = timedelta(days=1)
THERE = "1"
RETRY = 3_600  # seconds; the limit on new lists is one of days
_BROUGHT = "favourites.brought"  # of a request whose list went into an account


def cookie_names() -> tuple[str, str]:
    """Return the names of the secret and of the readable cookie; by https no neighbour's host can plant one."""
    host = "__Host-" if settings.SESSION_COOKIE_SECURE else ""
    return f"{host}favourites", f"{host}kept"


def list_of(request: HttpRequest) -> FavouriteList | None:
    """Return the list that a request is about, None where nothing was kept yet."""
    if request.user.is_authenticated:
        bring_along(request, request.user)
        return _noted(FavouriteList.objects.filter(owner=request.user.pk).first())
    fingerprint = _fingerprint(request)
    return _noted(FavouriteList.objects.filter(browser=fingerprint).first()) if fingerprint else None


def list_to_keep_in(request: HttpRequest) -> tuple[FavouriteList, str]:
    """Return the list to add to, made where there is none, and what a new browser must carry from now on, or "".

    TooMany where browsers of this address have begun too many today.
    """
    if found := list_of(request):
        return found, ""
    now = timezone.now()
    if request.user.is_authenticated:
        return FavouriteList.objects.get_or_create(owner_id=request.user.pk, defaults={"used_at": now})[0], ""
    if not ratelimit.consume(request, action="keep_anew"):
        raise TooMany(RETRY)
    name = secrets.token_urlsafe(24)
    return FavouriteList.objects.create(browser=_hash(name), used_at=now), _signer().sign(name)


def bring_along(request: HttpRequest, user: User) -> None:
    """Give what this browser kept to whoever has signed in with it; its cookies go with the answer."""
    if fingerprint := _fingerprint(request):
        keeping.merge(fingerprint, user)
    if cookie_names()[0] in request.COOKIES:
        request.META[_BROUGHT] = True


def set_cookies(request: HttpRequest, response: HttpResponse, carried: str = "") -> None:
    """Let a browser carry its list for as long as it is used, or let go of what was brought into an account."""
    secret, readable = cookie_names()
    if request.META.get(_BROUGHT):
        for name in (secret, readable):
            response.set_cookie(name, "", max_age=0, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax")
    elif carried:
        for name, value in ((secret, carried), (readable, THERE)):
            response.set_cookie(
                name,
                value,
                max_age=KEEP_FOR,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=name == secret,
                samesite="Lax",
            )


def carried_by(request: HttpRequest) -> str:
    """Return what an anonymous browser carries already, if it is ours: sent again, it lives on."""
    return request.COOKIES[cookie_names()[0]] if _fingerprint(request) else ""


def _noted(found: FavouriteList | None) -> FavouriteList | None:
    now = timezone.now()
    if found and found.used_at < now - NOTE_EVERY:
        FavouriteList.objects.filter(pk=found.pk).update(used_at=now)
    return found


def _fingerprint(request: HttpRequest) -> str:
    try:
        return _hash(_signer().unsign(request.COOKIES.get(cookie_names()[0], "")))
    except BadSignature:
        return ""


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def _signer() -> Signer:
    return Signer(salt="favourites")
