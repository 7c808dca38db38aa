"""The one address that BeatConnect calls."""

from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from catalog import webhooks
from catalog.envelopes import LONGEST_BODY, SIGNATURE_HEADERS

RECEIVED = b'{"success":true,"received":true}'
STORAGE_RETRY = 60  # seconds


@csrf_exempt
def webhook(request: HttpRequest) -> HttpResponse:
    """Take in an event: never a redirect, never a 5xx but for a database that can't keep it."""
    response = _answer(request)
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = "default-src 'none'"
    return response


def _answer(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        # With a body of its own, or it would be dressed as a page.
        return HttpResponseNotAllowed(["POST"], b"POST only\n", content_type="text/plain")
    promised = _promised(request)
    if promised > LONGEST_BODY:
        return HttpResponse(status=413)
    try:
        body = request.body
    except UnreadablePostError:
        return HttpResponse(status=401)
    if len(body) < promised:
        return HttpResponse(status=401)
    try:
        outcome = webhooks.receive(body, _signatures(request), sender=request.META.get("REMOTE_ADDR", ""))
    except Error:
        webhooks.log.exception("webhook not kept")
        return HttpResponse(status=503, headers={"Retry-After": STORAGE_RETRY})
    match outcome:
        case webhooks.Outcome.FORGED:
            return HttpResponse(status=401)
        case webhooks.Outcome.UNREADABLE:
            return HttpResponse(status=400)
        case webhooks.Outcome.ACCEPTED:
            return HttpResponse(RECEIVED, content_type="application/json")


def _promised(request: HttpRequest) -> int:
    told = request.META.get("CONTENT_LENGTH") or "0"
    return int(told) if told.isascii() and told.isdigit() else 0


def _signatures(request: HttpRequest) -> str:
    # One list, as HTTP joins headers of one name: the limit on candidates holds for all of them.
    return ",".join(request.headers[name] for name in SIGNATURE_HEADERS if name in request.headers)
