"""What is somebody's own stays out of every cache, and public pages know nobody.

A page is private by its address, or because whatever made it looked at the session. So a new page can't be forgotten,
and a public one that begins to look at visitors says so in its headers, where a test sees it.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers

from accounts import known_devices
from accounts.favourites import whose
from accounts.sessions import visited
from catalog import languages

GetResponse = Callable[[HttpRequest], HttpResponse]
PRIVATE = ("/account/", "/orders/", "/favourites/", "/admin/", "/status/", "/status.json")
OPERATORS = ("/admin/", "/status/", "/status.json")
SIGNED_IN = "1"


def private_pages(get_response: GetResponse) -> GetResponse:
    """Mark answers that are one visitor's own, and keep the readable cookie true to the session."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        looked = request.session.accessed or request.session.modified
        if looked or languages.split(request.path_info)[1].startswith(PRIVATE):
            response["Cache-Control"] = "private, no-store"
            response["X-Robots-Tag"] = "noindex"
            response["Referrer-Policy"] = "same-origin"
            response["Cross-Origin-Resource-Policy"] = "same-origin"
            patch_vary_headers(response, ["Cookie"])
        # In trouble cookies stay as they are: the database that knows whose they are may be what is gone.
        if looked and response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
            if hasattr(request, "user") and request.user.is_authenticated:
                visited(request)
            _tell_scripts(request, response)
            whose.set_cookies(request, response)
        return response

    return middleware


def _tell_scripts(request: HttpRequest, response: HttpResponse) -> None:
    """Set a cookie that says nothing but that it is worth asking who this is, and take it away with the session."""
    name = "__Host-signed_in" if settings.SESSION_COOKIE_SECURE else "signed_in"
    told = request.COOKIES.get(name) == SIGNED_IN
    here = hasattr(request, "user") and request.user.is_authenticated
    if here and not told:
        at_close = request.session.get_expire_at_browser_close()
        response.set_cookie(
            name,
            SIGNED_IN,
            max_age=None if at_close else request.session.get_expiry_age(),
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
        known_devices.remember(request, response, request.user.get_username())
    elif told and not here:
        # Not delete_cookie: a browser refuses a __Host- cookie, and so its removal, without Secure.
        response.set_cookie(name, "", max_age=0, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax")
        # Only "cache": "storage" would take the theme, the queue and the favourites along.
        response["Clear-Site-Data"] = '"cache"'


def operators_only(get_response: GetResponse) -> GetResponse:
    """Let only staff with a second factor see what operators see, and lead those without one to setting it up."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(OPERATORS):
            return get_response(request)
        is_page = not request.path_info.endswith(".json")
        if request.user.is_authenticated and request.user.is_staff and not request.user.has_second_factor:
            if is_page:
                return redirect("mfa_index")
            raise PermissionDenied
        if request.path_info.startswith("/admin/"):
            if not request.user.is_authenticated:
                return redirect_to_login(request.GET.get("next") or request.get_full_path())
            if not request.user.is_staff:
                raise PermissionDenied
        return get_response(request)

    return middleware
