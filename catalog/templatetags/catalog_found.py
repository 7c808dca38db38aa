"""What the heads of pages need to be found by search engines, feed readers and pages that show a preview."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import urlencode, urlsplit

from django import template
from django.conf import settings
from django.template.base import FilterExpression, Parser, Token

from catalog import languages
from catalog import structured_data as kinds

register = template.Library()

KINDS: dict[str, Callable[..., kinds.Data]] = {
    "home": kinds.home,
    "beat": kinds.beat,
    "beats": kinds.beats,
    "genre": kinds.genre,
    "genres": kinds.genres,
    "producer": kinds.producer,
    "producers": kinds.producers,
}
# Inside <script> an HTML parser looks for "</script" and "<!--" only; the last two end a line in old JavaScript.
_ESCAPES = {ord(char): f"\\u{ord(char):04X}" for char in "<>&\u2028\u2029"}


def escaped_json(data: Any) -> str:
    """Return JSON that no HTML parser takes for anything but text."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


class StructuredData(template.Node):
    """`{% structured_data kind … %}`: what a function of catalog.structured_data says, as JSON-LD."""

    def __init__(self, kind: str, arguments: list[FilterExpression]) -> None:
        self.kind, self.arguments = kind, arguments

    def render(self, context: template.Context) -> Any:
        shop = kinds.Shop(settings.SITE_NAME, settings.SITE_URL, settings.BEATCONNECT_CURRENCY)
        data = KINDS[self.kind](shop, *(argument.resolve(context) for argument in self.arguments))
        return f'<script type="application/ld+json">{escaped_json(data)}</script>' if data["@graph"] else ""


@register.tag(name="structured_data")
def compile_structured_data(parser: Parser, token: Token) -> StructuredData:
    _, kind, *arguments = token.split_contents()
    if kind not in KINDS:
        raise template.TemplateSyntaxError(f"structured_data knows no {kind!r}")
    return StructuredData(kind, [parser.compile_filter(argument) for argument in arguments])


@register.simple_block_tag
def as_text(content: str) -> str:
    """What a block says, on one line and as plain text: `{% as_text as name %}` lets a head say it more than once."""
    # Not at every kind of space: French keeps a narrow one before its colons.
    return unescape(" ".join(re.split(r"[ \t\r\n]+", content.strip())))


@register.filter
def playlist_url(address: str) -> str:
    """Where a list's playlist is: of /genres/2/afrobeats/?sort=popular it is /genres/2.m3u?sort=popular."""
    parts = urlsplit(address)
    path = "/".join(languages.split(parts.path)[1].strip("/").split("/")[:2])
    asked = "&".join(pair for pair in parts.query.split("&") if pair and not pair.startswith("page="))
    return f"/{path}.m3u?{asked}" if asked else f"/{path}.m3u"


@register.simple_tag
def language_versions(path: str) -> list[languages.Version]:
    """The page of a path in every language."""
    return languages.versions(path)


@register.simple_tag
def oembed_url(path: str, form: str) -> str:
    """Where a page's embeddable player is described, as `form` (json or xml)."""
    return f"{settings.SITE_URL}/oembed/?{urlencode({'url': settings.SITE_URL + path, 'format': form})}"
