"""Keeps allauth's pages in the site's dress where its views would undress them."""

from collections.abc import Callable
from datetime import datetime
from math import ceil
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

# Where a form keeps for its answer that it refused, and for how many seconds.
_REFUSED = "refused_for"
SOON = 60


def refuse_until(request: HttpRequest, moment: datetime | None) -> None:
    """Let the answer to this request say 429, and when to come again; the page stays the form with its sentence."""
    seconds = ceil((moment - timezone.now()).total_seconds()) if moment else SOON
    setattr(request, _REFUSED, max(seconds, 1))


class our_own_site:  # noqa: N801 - listed beside the function middlewares
    """Leave `site` to the context processor: allauth's has the Host header for a name, and it would be the brand."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: Any) -> Any:
        if response.context_data:
            response.context_data.pop("site", None)
        if seconds := getattr(request, _REFUSED, None):
            response.status_code = 429
            response["Retry-After"] = str(seconds)
        return response
