"""What allauth says to visitors in words of its own: named here, so that our catalogues translate it, too.

It has no Portuguese and no Swahili of its own; a project's catalogue counts before that of an app.
"""

from django.utils.translation import gettext_noop as _

SAID_BY_ALLAUTH = (
    _("Password"),
    _("Code"),
    _("Authenticator code"),
    _("Current Password"),
    _("New Password"),
    _("New Password (again)"),
    _("Forgot your password?"),
    _("Use your password"),
    _("Incorrect code."),
    _("Incorrect password."),
    _("Please type your current password."),
    _("The email address and/or password you specified are not correct."),
    _("This email address is already associated with this account."),
    _("Too many failed login attempts. Try again later."),
    _("You must type the same password each time."),
)
