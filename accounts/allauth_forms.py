"""allauth's forms in this shop's words."""

import time
from typing import Any

from allauth.account import forms as account
from allauth.mfa.webauthn import forms as webauthn
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

STEP = 0.1  # seconds
ADDRESS = _("E-mail address")
ADVICE = _("At least 12 characters. A few words in a row are good and easy to remember.")


class LoginForm(account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = ADDRESS
        self.fields["remember"].label = _("Keep me signed in on this device")


class SignupForm(account.SignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = ADDRESS
        self.fields["password1"].help_text = ADVICE

    def try_save(self, request: HttpRequest) -> Any:
        if self.account_already_exists:
            # As long as a new account takes: the time must not tell whose address is known.
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class AddEmailForm(account.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New address")


class ResetPasswordForm(account.ResetPasswordForm):
    def save(self, request: HttpRequest, **kwargs: Any) -> Any:
        # A link that is made takes longer than none: rounded up, the time doesn't tell whose address is known.
        begun = time.monotonic()
        try:
            return super().save(request, **kwargs)
        finally:
            time.sleep(STEP - (time.monotonic() - begun) % STEP)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = ADDRESS


class ChangePasswordForm(account.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = ADVICE


class ResetPasswordKeyForm(account.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = ADVICE


class AddPasskeyForm(webauthn.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        if "passwordless" in self.fields:
            self.fields["passwordless"].label = _("Sign in with it alone, without the password")
            self.fields["passwordless"].help_text = ""
            self.fields["passwordless"].initial = True
