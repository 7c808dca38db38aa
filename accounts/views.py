"""A buyer's account: what it holds, what was done to it, taking it along, leaving. The other pages are allauth's."""

import structlog
from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.mfa.adapter import get_adapter as get_factor_adapter
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.usersessions.models import UserSession
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit, export
from accounts.connecting import held
from accounts.favourites import reading as favourites
from accounts.favourites import whose
from accounts.forms import read_beats
from accounts.models import AuditEntry
from accounts.orders import reading
from accounts.private import visitor

log = structlog.get_logger("accounts")

ASKED = "deletion-asked"


@require_safe
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    user = visitor(request)
    context = {
        "factors": user.authenticator_set.exclude(type="recovery_codes").count(),
        "sessions": UserSession.objects.filter(user=user).count(),
        "entries": audit.recent(user),
    }
    return render(request, "account/overview.html", context)


@require_safe
def corner(request: HttpRequest) -> HttpResponse:
    """What public pages say to this visitor alone: who they are, and which of some beats they own or keep."""
    asked = read_beats(request.GET)
    mine = whose.list_of(request)
    facts = {
        "owned": reading.owned(visitor(request), asked) if request.user.is_authenticated and asked else {},
        "kept": favourites.among(mine, asked) if asked else (),
        "marks": True,
    }
    return render(request, "account/_corner.html", facts)


@require_POST
@login_required
def download(request: HttpRequest) -> HttpResponse:
    """Everything that is kept about this buyer, as a file."""
    user = visitor(request)
    audit.record(request, user, AuditEntry.What.EXPORTED)
    response = JsonResponse(export.everything(user), json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="account-{timezone.now():%Y-%m-%d}.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required
def delete(request: HttpRequest) -> HttpResponse:
    """Say what goes with the account; a first POST asks, a second one, to `delete_now`, does it."""
    if request.method == "POST":
        user = visitor(request)
        request.session[ASKED] = True
        if audit.record(request, user, AuditEntry.What.DELETION_ASKED):
            get_adapter().send_notification_mail("account/email/deletion_asked", user)
        return redirect("account-delete")
    return render(request, "account/delete.html", {"asked": request.session.get(ASKED, False)})


# Who clicks twice isn't signed in any more the second time.
@require_POST
@login_required(redirect_field_name=None, login_url="account-deleted")
@reauthentication_required
def delete_now(request: HttpRequest) -> HttpResponse:
    if not request.session.get(ASKED):
        return redirect("account-delete")
    user = visitor(request)
    number, email = user.pk, user.email
    with transaction.atomic():
        held(user.pk)  # an answer with orders that is kept meanwhile would be in the way
        for session in UserSession.objects.filter(user=user):
            session.end()
        user.delete()
    logout(request)
    log.info("an account was deleted by its owner", user=number)
    get_adapter().send_mail("account/email/deleted", email, {})
    return redirect("account-deleted")


@require_safe
def deleted(request: HttpRequest) -> HttpResponse:
    return render(request, "account/deleted.html")


@require_safe
@login_required
def totp_picture(request: HttpRequest) -> HttpResponse:
    """The code that an authenticator app scans: a picture of its own, since the policy allows no data: URLs."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    adapter = get_factor_adapter()
    picture = adapter.build_totp_svg(adapter.build_totp_url(visitor(request), secret))
    return HttpResponse(picture, content_type="image/svg+xml")
