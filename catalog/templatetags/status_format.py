"""How the operators' page writes moments and spans: short, exact, in UTC like the logs."""

from datetime import UTC, datetime, timedelta

from django import template
from django.utils.html import format_html

register = template.Library()

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


@register.filter
def span(length: timedelta | float | None) -> str:
    """Two units at most: 40 s, 12 min, 3 h 20 min, 2 d 4 h."""
    if length is None:
        return ""
    seconds = round(length.total_seconds() if isinstance(length, timedelta) else length)
    if seconds < 2 * _MINUTE:
        return f"{seconds} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < 2 * _DAY:
        return _two(seconds // _HOUR, "h", seconds % _HOUR // _MINUTE, "min")
    return _two(seconds // _DAY, "d", seconds % _DAY // _HOUR, "h")


@register.filter
def away(moment: datetime, now: datetime) -> str:
    """How far a moment is: "in 14 min", "4 min ago"."""
    if moment > now:
        return f"in {span(moment - now)}"
    return f"{span(now - moment)} ago"


@register.simple_tag
def moment(at: datetime, now: datetime) -> str:
    """The time of day, with the date where it isn't today's."""
    at = at.astimezone(UTC)
    clock = f"{at:%H:%M:%S}" if at.date() == now.astimezone(UTC).date() else f"{at.day} {at:%b, %H:%M}"
    return format_html('<time datetime="{}" title="{} UTC">{}</time>', at.isoformat(), f"{at:%Y-%m-%d %H:%M:%S}", clock)


def _two(large: int, unit: str, small: int, smaller_unit: str) -> str:
    return f"{large} {unit} {small} {smaller_unit}" if small else f"{large} {unit}"
