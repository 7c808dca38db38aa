"""The gate before every view: faults, keys, limits, and the counting of all of them."""

import logging
import math
import re
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponse

from . import buyers, envelope, fault_answers, wire
from .faults import REPLACEMENTS, Fault
from .limits import Limits, Standing
from .state import current

logger = logging.getLogger(__name__)

# What Django answers by itself: mistakes of whoever asked, not of the sandbox.
_ANSWERED_BY_DJANGO = (Http404, BadRequest, MultiPartParserError, PermissionDenied, SuspiciousOperation)

# In whose name no call is ever counted: every answer tells of limits, also to a key that nobody has.
_NOBODY = ""


class Gate:
    """Django middleware, the only one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/_control/"):
            return _finish(self._controlled(request))
        state = current()
        # Those of its arrival: a slow call must not be counted after a reset that came meanwhile.
        tally, limits = state.tally, state.limits
        faults = state.faults.take(request.path, request.GET)
        for fault in faults:
            if fault.name == "latency":
                time.sleep(fault.seconds(1.0))
        replaced = next((fault for fault in faults if fault.name in REPLACEMENTS), None)
        if request.path == "/v1" or request.path.startswith("/v1/"):
            key = key_of(request)
            response = self._under_limits(request, limits, key, replaced)
            known = key if key in buyers.VALID | {buyers.REVOKED} else "other"
        else:
            known = None
            response = fault_answers.replacement(replaced) if replaced else self._get_response(request)
        _finish(response)
        fault_answers.change_headers(response, faults)
        request.META[wire.ENVIRON] = fault_answers.wires(faults)
        tally.count(
            path=request.path,
            query=request.META.get("QUERY_STRING", ""),
            status=0 if replaced and replaced.name == "reset" else response.status_code,
            key=known,
        )
        return response

    def _controlled(self, request: HttpRequest) -> HttpResponse:
        """Answer on the control side: it must work whatever else is broken, and is nobody's call."""
        if not current().options.control:
            return envelope.not_found(request)
        if _from_a_foreign_page(request):
            return envelope.error(403, "The control side is not for other sites' pages")
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Write the errors that views raise into their envelope."""
        if isinstance(exception, envelope.ApiError):
            return envelope.error(exception.status, exception.details)
        if not isinstance(exception, _ANSWERED_BY_DJANGO):
            logger.error("The sandbox failed at %s", request.path, exc_info=exception)
        return None  # a handler of urls.py answers

    def _under_limits(self, request: HttpRequest, limits: Limits, key: str, replaced: Fault | None) -> HttpResponse:
        if key in buyers.VALID:
            # A refusal that is only pretended must not use up a call either.
            pretended = replaced is not None and replaced.options.get("status") == 429
            standing = limits.look(key) if pretended else limits.take(key)
        else:
            standing = limits.look(_NOBODY)
        if replaced is not None:
            response = fault_answers.replacement(replaced)
            if replaced.options.get("html"):
                return response  # a proxy's page knows nothing of limits
        elif key not in buyers.VALID:
            response = envelope.error(401)
            response["WWW-Authenticate"] = "Bearer"
        elif standing is not None and not standing.admitted:
            response = envelope.error(429, f"Try again in {standing.retry_after} seconds")
            response["Retry-After"] = str(standing.retry_after)
        elif key == buyers.FORBIDDEN:
            response = envelope.error(403)
        else:
            response = self._get_response(request)
            if response.status_code == 405:
                allowed = response["Allow"]
                response = envelope.error(405, f"Allowed: {allowed}")
                response["Allow"] = allowed
        if standing is not None:
            _describe(response, standing)
        return response


def key_of(request: HttpRequest) -> str:
    """Return the bearer key of a request, empty without one."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.casefold() == "bearer" else ""


def _from_a_foreign_page(request: HttpRequest) -> bool:
    """Any page can make a browser send here: then it says from where, which must be this very server."""
    said = request.headers.get("Origin") or request.headers.get("Referer")
    if said is None:
        return False
    own = envelope.origin_of(request)
    # A foreign name can be made to lead to this machine: only an address, or localhost, is surely ours.
    named = re.fullmatch(r"localhost|[0-9.]+|[0-9a-f]*:[0-9a-f:.]*", urlsplit(own).hostname or "") is None
    return named or not (said == own or said.startswith(f"{own}/"))


def _describe(response: HttpResponse, standing: Standing) -> None:
    remaining = 0 if response.status_code == 429 else standing.remaining
    response["X-RateLimit-Limit"] = str(standing.limit)
    response["X-RateLimit-Remaining"] = str(remaining)
    response["X-RateLimit-Reset"] = str(math.ceil(time.time() + standing.resets_in))


def _finish(response: HttpResponse) -> HttpResponse:
    if not response.has_header("Content-Length"):
        response["Content-Length"] = str(len(response.content))
    return response
