"""The operators' page, and the same figures for their programs; for staff only."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh
from django_htmx.middleware import HtmxDetails

from catalog import advice, charts
from catalog.figures import Status
from catalog.status import read_status

PRIVATE = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}
REFRESH_SECONDS = 60
HEADLINES: Mapping[str, str] = {
    "act": "Something needs you",
    "wait": "Trouble that mends itself",
    "well": "All is well",
}

View = Callable[[HttpRequest], HttpResponse]


def staff_only(view: View) -> View:
    """Let staff in, send strangers to the sign-in, and refuse everybody else."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if request.user.is_staff and request.user.is_active:
            return _private(view(request))
        if request.user.is_authenticated:
            raise PermissionDenied
        # The page that looks again by itself can't show the sign-in, which has another dress: the browser goes there.
        return _private(
            HttpResponseClientRefresh() if HtmxDetails(request) else redirect_to_login(request.get_full_path())
        )

    return guarded


def _private(response: HttpResponse) -> HttpResponse:
    for name, value in PRIVATE.items():
        response[name] = value
    return response


@require_safe
@staff_only
def status_page(request: HttpRequest) -> HttpResponse:
    status = read_status()
    found = advice.notices(status)
    level = found[0].level if found and found[0].level != "note" else "well"
    context = {
        "status": status,
        "now": status.now,
        "notices": found,
        "level": level,
        "headline": HEADLINES[level],
        "refresh": REFRESH_SECONDS if request.GET.get("refresh") != "off" else 0,
        "bars": charts.bars(status.calls.hours, status.calls.windows[1].calls),
        "meters": [(window, charts.meter(window)) for window in status.calls.windows],
        "sweep": charts.progress(status.mirror.sweep_pages, status.mirror.sweep_pages_expected or 0),
    }
    return render(request, "catalog/status.html", context)


@require_safe
def status_figures(request: HttpRequest) -> HttpResponse:
    """The page's figures as JSON; a program is refused rather than sent to a form."""
    if not (request.user.is_staff and request.user.is_active):
        return _private(JsonResponse({"error": "for staff only"}, status=403))
    return _private(JsonResponse(figures(read_status())))


def figures(status: Status) -> dict[str, Any]:
    told = asdict(status)
    for window, row in zip(status.calls.windows, told["calls"]["windows"], strict=True):
        row["left"] = window.left
    return {**told, "notices": [asdict(notice) for notice in advice.notices(status)]}
