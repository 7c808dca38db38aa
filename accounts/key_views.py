"""The page where a buyer connects their key."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import connecting
from accounts.audit import record
from accounts.forms import KeyForm
from accounts.models import AuditEntry
from accounts.orders.reading import state_of
from accounts.private import visitor
from accounts.words import told


@sensitive_post_parameters("key")
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def beatconnect_key(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request)
    match request.POST.get("do"):
        case "remove":
            if connecting.disconnect(visitor(request)):
                record(request, visitor(request), AuditEntry.What.KEY_REMOVED)
                removed = gettext(
                    "The key is removed, and with it what it brought. Your orders are still at BeatConnect."
                )
                messages.success(request, removed)
            return redirect("beatconnect-key")
        case "check":
            outcome = connecting.check_again(visitor(request))
        case _:
            outcome = connecting.connect(visitor(request), KeyForm(request.POST).pasted)
            if outcome and outcome.name == "works":
                record(request, visitor(request), AuditEntry.What.KEY_CONNECTED)
    if outcome and outcome.name == "works":
        messages.success(request, told(outcome))
    elif outcome:
        return _page(request, problem=told(outcome))
    return redirect("beatconnect-key")


def _page(request: HttpRequest, problem: str = "") -> HttpResponse:
    # A refusal is a page of its own, not a redirect: it is never repeated by a reload without asking.
    state = state_of(visitor(request))
    return render(request, "accounts/beatconnect_key.html", {"state": state, "problem": problem})
