"""The way back for who has lost the phone, the passkeys and the recovery codes: the shop takes the factors away.

Whoever keeps the shop gets no nearer to the account by it: the password stays, and the owner is told by mail.
"""

import structlog
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from accounts import post
from accounts.models import AuditEntry, User

log = structlog.get_logger("accounts")


def take_factors_away(user: User) -> bool:
    """Leave an account with its password alone, signed out everywhere; return whether its owner could be told."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        Authenticator.objects.filter(user=user).delete()
        # Signed in may still be whoever has the phone now.
        for session in UserSession.objects.filter(user=user):
            session.end()
        AuditEntry.objects.create(user=user, what=AuditEntry.What.FACTORS_TAKEN)
    log.warning("second factors taken away by the shop", user=user.pk)
    return _tell(user)


def _tell(user: User) -> bool:
    facts = {
        "site": {"name": settings.SITE_NAME, "url": settings.SITE_URL},
        "reset": settings.SITE_URL + reverse("account_reset_password"),
        "factor": settings.SITE_URL + reverse("mfa_index"),
    }
    subject, body = (
        render_to_string(f"account/email/factors_taken_{part}.txt", facts).strip() for part in ("subject", "message")
    )
    # Whoever keeps the shop waits for it: they have to know.
    return post.deliver(EmailMessage(subject, body, None, [user.email]), "factors_taken")
