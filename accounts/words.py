"""What a buyer is told about their key, in a sentence each."""

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.connecting import Name, Outcome
from catalog.templatetags.catalog_format import next_minute

SENTENCES: dict[Name, str | Promise] = {
    "works": _("The key works. Your orders are connected."),
    "malformed": _("This can't be a key: BeatConnect's keys begin with bca_live_ and hold no spaces. Copy all of it."),
    "test_key": _(
        "This is a test key, and this shop is the real one. "
        "Take a live key from BeatConnect's Developer Portal: it begins with bca_live_."
    ),
    "wrong": _("BeatConnect does not know this key. Perhaps a part of it is missing, or it was revoked."),
    "revoked": _("BeatConnect no longer accepts this key: it was revoked, or has run out. Paste a new one below."),
    "forbidden": _(
        "The key is right, but it may not read orders. "
        "Allow it that in BeatConnect's Developer Portal, or take another key."
    ),
    "busy": _("This key has used up its calls to BeatConnect for now. The key itself may be fine."),
    "unreachable": _("BeatConnect can't be reached just now, so the key could not be tried. Nothing was stored."),
    "too_often": _("You have tried many times within a short while."),
}


def told(outcome: Outcome) -> str:
    """Return what became of a key that was tried, and from when on it is worth another try."""
    if outcome.name == "works" and outcome.orders is not None:
        return _works(outcome.orders)
    sentence = str(SENTENCES[outcome.name])
    if outcome.retry_at is None:
        return sentence
    again = gettext("Try again at %s.") % next_minute(outcome.retry_at)
    return f"{sentence} {again}"


def _works(orders: int) -> str:
    if not orders:
        return gettext("The key works. BeatConnect knows of no order of yours yet.")
    sentence = ngettext(
        "The key works. BeatConnect knows of %d order of yours.",
        "The key works. BeatConnect knows of %d orders of yours.",
        orders,
    )
    return sentence % orders
