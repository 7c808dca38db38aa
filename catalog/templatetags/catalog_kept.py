"""Parts of pages that are rendered once and kept in the process's memory, since most of a page is the same each time.

Kept in: the process's memory. Fresh for: ever, since a card is found by all that it shows; whatever changes is another
card. Usable when stale: never stale. Refreshed by: whoever needs a card that isn't there.
"""

from typing import Any

from django import template
from django.conf import settings
from django.template.base import NodeList, Parser, Token
from django.utils.html import conditional_escape
from django.utils.translation import get_language

from catalog.keeping import Kept
from catalog.models.mirror import Beat
from catalog.templatetags.catalog_format import ago

register = template.Library()

# A card takes about 2 kB. Whoever walks the whole catalogue pushes out the oldest, which costs one rendering each.
MOST_CARDS = 10_000
# Stands in a kept card where the reason goes, which is another beside each beat that the card is shown with.
REASON = "\ue000"
# What a filter offers, with the number of its beats: some 300 bytes each, for each place that shows such things.
MOST_ROUNDS = 5_000
# So many covers are in the first view of a list: those after them may wait until somebody scrolls.
IN_FIRST_VIEW = 4

cards_kept: Kept[str] = Kept(MOST_CARDS)


class Cards(template.Node):
    """`{% cards %}…{% endcards %}`: its body for each of `beats`, with `beat`, `lazy_cover`, `seen` and `reason`.

    The body may show nothing else but `kind` and `saves_data`, or a kept card would lie; of `found`, whose marks are as
    many as visitors type, nothing is kept.
    """

    child_nodelists = ("body",)

    def __init__(self, body: NodeList) -> None:
        self.body = body

    def render(self, context: template.Context) -> str:
        kind, lazy, saves_data, found = (context.get(name) for name in ("kind", "lazy", "saves_data", "found"))
        words = (get_language(), settings.BEATCONNECT_CURRENCY, kind, bool(saves_data))
        cards = []
        for place, beat in enumerate(context.get("beats") or ()):
            lazy_cover = bool(lazy) or place >= IN_FIRST_VIEW
            # The only words that time changes, and only on a card that should have been seen anew long ago.
            seen = ago(beat.fetched_at) if beat.is_old else ""
            facts = (*words, lazy_cover, seen, *_shown(beat))
            card = None if found else cards_kept.get(facts)
            if card is None:
                with context.push(beat=beat, lazy_cover=lazy_cover, seen=seen, reason=beat.reason and REASON):
                    card = self.body.render(context)
                if not found:
                    cards_kept.keep(facts, card)
            cards.append(card.replace(REASON, conditional_escape(beat.reason)) if beat.reason else card)
        return "".join(cards)


def _shown(beat: Beat) -> tuple[Any, ...]:
    """Return all that a card says of a beat."""
    producer = beat.producer
    return (
        *(beat.pk, beat.title, beat.producer_name, beat.bpm, beat.key, beat.duration, beat.price, bool(beat.reason)),
        *(beat.audio_url, beat.cover_url, producer and (producer.pk, producer.name)),
    )


@register.tag(name="cards")
def compile_cards(parser: Parser, token: Token) -> Cards:
    body = parser.parse(("endcards",))
    parser.delete_first_token()
    return Cards(body)


class Each(template.Node):
    """`{% each things as thing %}…{% endeach %}`: its body for each thing, kept for the next page that shows the same.

    The things must be hashable, and the body may show nothing else.
    """

    child_nodelists = ("body",)

    def __init__(self, things: template.base.FilterExpression, name: str, body: NodeList) -> None:
        self.things, self.name, self.body = things, name, body
        self.kept: Kept[str] = Kept(MOST_ROUNDS)

    def render(self, context: template.Context) -> str:
        words = get_language()
        rounds = []
        for thing in self.things.resolve(context):
            shown = self.kept.get((words, thing))
            if shown is None:
                with context.push(**{self.name: thing}):
                    shown = self.kept.keep((words, thing), self.body.render(context))
            rounds.append(shown)
        return "".join(rounds)


@register.tag(name="each")
def compile_each(parser: Parser, token: Token) -> Each:
    _, things, _, name = token.split_contents()
    body = parser.parse(("endeach",))
    parser.delete_first_token()
    return Each(parser.compile_filter(things), name, body)


class Keep(template.Node):
    """`{% keep notes "name" %}…{% endkeep %}`: its body as `notes`, a dict, holds it; rendered where it doesn't yet.

    Whoever gives the dict promises that it lives no longer than what the body shows, and speaks one language.
    """

    child_nodelists = ("body",)

    def __init__(self, notes: template.base.FilterExpression, name: str, body: NodeList) -> None:
        self.notes, self.name, self.body = notes, name, body

    def render(self, context: template.Context) -> str:
        notes = self.notes.resolve(context)
        if self.name not in notes:
            notes[self.name] = self.body.render(context)
        return str(notes[self.name])


@register.tag(name="keep")
def compile_keep(parser: Parser, token: Token) -> Keep:
    _, notes, name = token.split_contents()
    body = parser.parse(("endkeep",))
    parser.delete_first_token()
    return Keep(parser.compile_filter(notes), name.strip('"'), body)
