"""What allauth asks of this shop: where one may be sent, where links in mails lead, what ended sessions leave."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.sites.shortcuts import get_current_site
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import EmailValidator
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import audit, factors, known_devices, post
from accounts.devices import device
from accounts.dress import refuse_until
from accounts.guessing import count_for_all, free_again
from accounts.models import AuditEntry, fold
from catalog import languages
from catalog.templatetags.catalog_format import next_minute

LONGEST_ADDRESS = 2_000


class AccountAdapter(DefaultAccountAdapter):
    def clean_email(self, email: str) -> str:
        email = super().clean_email(fold(email))
        try:
            EmailMessage(to=[email]).message()
        except ValueError:
            # It passes for an address, but no mail can carry it: a domain that IDNA refuses, say.
            raise ValidationError(EmailValidator.message, code="invalid") from None
        return email

    def is_safe_url(self, url: str) -> bool:
        """Allow a page of this shop, written as its path, and nothing else: not even our own host by name."""
        if not url or len(url) > LONGEST_ADDRESS or not url.isprintable() or "\\" in url:
            return False
        # Looked at before it is taken apart: parsers forgive what browsers then read in another way.
        if url[0] != "/" or url[:2] == "//":
            return False
        path = urlsplit(url).path
        try:
            with translation.override(languages.split(path)[0]):
                resolve(path)
        except Resolver404:
            return False
        return True

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail whose links begin with SITE_URL, whatever host the request named.

        A mail server that fails is told of in the log, and on the page if it fails at once; the rest goes on, since all
        mails can be asked for again.
        """
        ours = {name: _at_home(value) if name.endswith("_url") else value for name, value in context.items()}
        facts = {"request": self.request, "email": email, "current_site": get_current_site(self.request), **ours}
        if not post.send(self.render_mail(template_prefix, email, facts), template_prefix):
            words = _(
                "The mail could not be sent: our mail server doesn’t answer. Please ask for it again in a minute."
            )
            messages.error(self.request, words)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        words = {"mfa_reauthenticate": _("Use a code"), "mfa_reauthenticate:webauthn": _("Use a passkey")}
        methods = super().get_reauthentication_methods(user)
        return [{**method, "description": words.get(method["id"], method["description"])} for method in methods]

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
            self._count_for_all(request, **credentials)
        except ValidationError:
            free = free_again(request, self._get_login_attempts_cache_key(request, **credentials))
            refuse_until(request, free)
            if free is None:
                raise
            words = _("Too many failed login attempts. Try again at %s.") % next_minute(free)
            raise ValidationError(words, code="too_many_login_attempts") from None

    def _count_for_all(self, request: HttpRequest, **credentials: Any) -> None:
        # Who signed in here before is never kept out by what the rest of the world tries.
        if _known_as(request, credentials):
            return
        if not (usage := count_for_all(request)):
            self._rollback_login_failed_rl_usage()
            raise self.validation_error("too_many_login_attempts")
        # Taken back with the others when the password turns out right.
        self._login_failed_rl_usage.usage += usage.usage

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth's has the Host header in it: with another port in it each time, no limit would ever be reached.
        return f"{_email(credentials)} {_known_as(request, credentials)}"


class SecondFactorAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return factors.lock(text)

    def decrypt(self, encrypted_text: str) -> str:
        return factors.opened(encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": settings.SITE_NAME}

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 - allauth's name
        # The device in hand tells passkeys apart better than a number would.
        return device(context.request.META.get("HTTP_USER_AGENT", "")) or super().generate_authenticator_name(
            user, type
        )


class SessionsAdapter(DefaultUserSessionsAdapter):
    def end_sessions(self, sessions: list[Any]) -> None:
        super().end_sessions(sessions)
        if sessions:
            audit.record(context.request, sessions[0].user, AuditEntry.What.SIGNED_OUT_ELSEWHERE)


def _email(credentials: dict[str, Any]) -> str:
    return fold(credentials.get("email") or credentials.get("username") or "")


def _known_as(request: HttpRequest, credentials: dict[str, Any]) -> str:
    return known_devices.known_as(request, _email(credentials))


def _at_home(url: str) -> str:
    return settings.SITE_URL + urlsplit(url).path
