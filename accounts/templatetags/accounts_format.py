"""How pages of an account write what is kept there."""

from django import template

from accounts import devices

register = template.Library()


@register.filter
def device(user_agent: str) -> str:
    return devices.device(user_agent)


@register.filter
def as_kept(cards: str) -> str:
    """Press the hearts of cards, which are drawn the same for all and know nobody; for `{% filter %}` alone."""
    # What people have typed can't hold the quotes: it is escaped.
    return str.replace(cards, 'class="keep"', 'class="keep" aria-pressed="true"')
