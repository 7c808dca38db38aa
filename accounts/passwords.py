"""Refuses passwords that anybody would try here: the shop's own words with a number behind them."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# What people make passwords of on a site like this, in its languages.
WORDS = frozenset({"beatconnect", "beats", "beat", "africa", "african", "music", "musique", "musica", "muziki"})
USUAL = frozenset({"password", "passwort", "motdepasse", "senha", "nenosiri", "qwerty", "azerty", "letmein", "welcome"})
LEAST_LEFT = 4  # letters beside those words


class ContextValidator:
    """Takes the words out and looks at what is left; a phrase that merely holds one of them is fine."""

    def validate(self, password: str, user: Any = None) -> None:
        text = password.casefold()
        words = WORDS | USUAL | _words(settings.SITE_NAME) | _words(urlsplit(settings.SITE_URL).hostname or "")
        words |= _words(getattr(user, "email", "") or "")
        rest = text
        for word in sorted(words, key=len, reverse=True):
            rest = rest.replace(word, " ")
        if rest != text and sum(letter.isalpha() for letter in rest) < LEAST_LEFT:
            raise ValidationError(_("This password is easy to guess on this site."), code="password_of_the_site")

    def get_help_text(self) -> str:
        return _("Your password can’t be made of the site’s name or your address alone.")


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in re.split(r"[\W\d_]+", text.casefold()) if len(word) >= 4)
