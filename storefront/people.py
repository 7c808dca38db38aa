"""How people sign up, sign in and stay so: passwords, cookies, and the settings of django-allauth, which does it."""

from typing import Any

# Entries of a cache in memory that counts tries. Of Django's 300, others' tries would push out the count of one.
COUNTS_KEPT = 20_000
_VALIDATORS = "django.contrib.auth.password_validation"


def sign_in_settings(site_name: str, *, https: bool) -> dict[str, Any]:
    """Return Django's and allauth's settings; forms are in `accounts`, pages and mails in `templates/account`."""
    return {**_passwords(), **_cookies(https), **_allauth(site_name)}


def _passwords() -> dict[str, Any]:
    return {
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ["email"]}},
            {"NAME": f"{_VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
            {"NAME": f"{_VALIDATORS}.CommonPasswordValidator"},
            {"NAME": f"{_VALIDATORS}.NumericPasswordValidator"},
            {"NAME": "accounts.passwords.ContextValidator"},
        ],
    }


def _cookies(https: bool) -> dict[str, Any]:
    # A browser takes a __Host- cookie from this very host over https only, so no neighbour can plant one.
    host = "__Host-" if https else ""
    return {
        "SESSION_COOKIE_NAME": f"{host}sessionid",
        "CSRF_COOKIE_NAME": f"{host}csrftoken",
        "SESSION_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": https,
        "CSRF_COOKIE_SECURE": https,
        # As long as a sign-in may last; accounts.sessions ends it earlier where nobody comes.
        "SESSION_COOKIE_AGE": 30 * 86_400,
    }


def _allauth(site_name: str) -> dict[str, Any]:
    return {
        "AUTHENTICATION_BACKENDS": ["accounts.backend.EmailBackend"],
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "account",
        "ACCOUNT_ADAPTER": "accounts.adapter.AccountAdapter",
        "MFA_ADAPTER": "accounts.adapter.SecondFactorAdapter",
        "USERSESSIONS_ADAPTER": "accounts.adapter.SessionsAdapter",
        # The e-mail address is all that is asked for, and it must be the person's own.
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
        "ACCOUNT_CHANGE_EMAIL": True,
        # By a code that is typed in, not a link: it stays in the browser that asked, mail scanners can't use it up, and
        # who has a second factor can still change their address.
        "ACCOUNT_EMAIL_VERIFICATION": "mandatory",
        "ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED": True,
        "ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND": True,
        # A known address and an unknown one get the same answer and a mail each.
        "ACCOUNT_PREVENT_ENUMERATION": True,
        "ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS": True,
        "ACCOUNT_EMAIL_NOTIFICATIONS": True,
        "ACCOUNT_EMAIL_SUBJECT_PREFIX": "",
        # What changes an account asks for the password or the second factor once more, unless that was just given.
        "ACCOUNT_REAUTHENTICATION_REQUIRED": True,
        "ACCOUNT_LOGOUT_REDIRECT_URL": "home",
        # Counted in the default cache, which all workers share where CACHE_URL is Redis. Ten wrong passwords in five
        # minutes, by address or by mailbox, and no password is looked at any more; the right one neither. A thousand
        # by everybody, each from elsewhere, and only browsers in which somebody signed in before are still heard.
        "ACCOUNT_RATE_LIMITS": {
            "login_failed": "10/5m/ip,10/5m/key",
            "login_failed_by_all": "1000/5m/key",
            "reset_password": "20/m/ip,5/d/key",
            "signup": "20/m/ip",
            # The challenge, and the answer to it.
            "passkey": "30/m/ip",
            # Hearts pressed by who hasn't signed in; many phones share one address.
            "keep": "120/m/ip",
            # Of those, the first of a browser: each begins a list, which is kept for a year.
            "keep_anew": "1000/d/ip",
        },
        "ACCOUNT_FORMS": {
            "login": "accounts.allauth_forms.LoginForm",
            "signup": "accounts.allauth_forms.SignupForm",
            "add_email": "accounts.allauth_forms.AddEmailForm",
            "reset_password": "accounts.allauth_forms.ResetPasswordForm",
            "change_password": "accounts.allauth_forms.ChangePasswordForm",
            "reset_password_from_key": "accounts.allauth_forms.ResetPasswordKeyForm",
        },
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_FORMS": {"add_webauthn": "accounts.allauth_forms.AddPasskeyForm"},
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_TOTP_ISSUER": site_name,
        # Clocks of phones are off by some seconds.
        "MFA_TOTP_TOLERANCE": 1,
    }
