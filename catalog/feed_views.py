"""The newest beats as Atom feeds, and any list as a playlist for another player."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed, Enclosure
from django.utils.html import escape
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.forms import BrowseForm
from catalog.pagestore.kept import kept
from catalog.publishing import publish
from catalog.service import playlists, tapes
from catalog.service.playlists import Selection
from catalog.tape_form import Tape
from catalog.templatetags.catalog_format import duration, key_signs, money

FEED_SECONDS, PLAYLIST_SECONDS = 300, 60
# Atom demands a date of a feed even when nothing is in it; one that moved would make every fetch look new.
NEVER = datetime(2020, 1, 1, tzinfo=UTC)


class BeatFeed(Atom1Feed):
    """An Atom feed that says what kind its parts are, and no length where none is known."""

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else NEVER

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, {**item, "enclosures": []})
        for enclosure in item["enclosures"]:
            link = {"rel": "enclosure", "href": enclosure.url, "type": enclosure.mime_type}
            handler.addQuickElement("link", "", link)


@require_safe
@kept()
def beat_feed(request: HttpRequest) -> HttpResponse:
    return _feed(request, playlists.feed(), "/beats/", _("New beats"))


@require_safe
@kept()
def genre_feed(request: HttpRequest, pk: int) -> HttpResponse:
    selection = playlists.feed(genre=pk)
    title = _("New %(genre)s beats") % {"genre": selection.owner}
    return _feed(request, selection, selection.owner.url if selection.owner else "", title)


@require_safe
@kept()
def producer_feed(request: HttpRequest, pk: int) -> HttpResponse:
    selection = playlists.feed(producer=pk)
    title = _("New beats by %(producer)s") % {"producer": selection.owner}
    return _feed(request, selection, selection.owner.url if selection.owner else "", title)


@require_safe
@kept(parameters=BrowseForm.base_fields)
def beat_playlist(request: HttpRequest) -> HttpResponse:
    return _playlist(playlists.playlist(BrowseForm.read(request.GET)), _("Beats"), "beats")


@require_safe
@kept(parameters=BrowseForm.base_fields)
def genre_playlist(request: HttpRequest, pk: int) -> HttpResponse:
    selection = playlists.playlist(BrowseForm.read(request.GET), genre=pk)
    return _playlist(selection, str(selection.owner), f"genre-{pk}")


@require_safe
@kept(parameters=BrowseForm.base_fields)
def producer_playlist(request: HttpRequest, pk: int) -> HttpResponse:
    selection = playlists.playlist(BrowseForm.read(request.GET), producer=pk)
    return _playlist(selection, str(selection.owner), f"producer-{pk}")


@require_safe
@kept(parameters=["b"])
def tape_playlist(request: HttpRequest) -> HttpResponse:
    return _playlist(tapes.playlist(Tape.read(request.GET).ids), _("Tape"), "tape")


def _feed(request: HttpRequest, selection: Selection, path: str, title: str) -> HttpResponse:
    here = settings.SITE_URL + request.path
    feed = BeatFeed(
        title=f"{title} – {settings.SITE_NAME}",
        link=settings.SITE_URL + path,
        description=None,
        subtitle=_("The newest beats, each with its preview."),
        language=settings.LANGUAGE_CODE,
        author_name=settings.SITE_NAME,
        author_link=settings.SITE_URL + "/",
        feed_url=here,
        feed_guid=here,
    )
    for beat in selection.beats:
        known = (beat.bpm and f"{beat.bpm} BPM", key_signs(beat.key), duration(beat.duration), money(beat.price))
        facts = " · ".join(fact for fact in known if fact)
        feed.add_item(
            title=beat.display_title,
            link=settings.SITE_URL + beat.url,
            # Without the title, which may change: readers would show the beat as new.
            unique_id=f"{settings.SITE_URL}/beats/{beat.pk}/",
            description=escape(facts),
            author_name=beat.producer_label or settings.SITE_NAME,
            author_link=settings.SITE_URL + (beat.producer_url or "/"),
            pubdate=beat.created_at,
            updateddate=beat.changed_at or beat.created_at,
            categories=[beat.genre_name] if beat.genre_name else [],
            enclosures=[Enclosure(beat.audio_url, "", "audio/mpeg")] if beat.audio_url else [],
        )
    return publish(feed.writeString("utf-8"), "application/atom+xml; charset=utf-8", FEED_SECONDS)


def _playlist(selection: Selection, title: str, fallback: str) -> HttpResponse:
    lines = ["#EXTM3U", "#EXTENC:UTF-8", f"#PLAYLIST:{_one_line(title)} – {settings.SITE_NAME}"]
    for beat in selection.beats:
        name = f"{beat.producer_label} - {beat.display_title}" if beat.producer_label else beat.display_title
        # -1 is the format's own word for a length that isn't known.
        lines += [f"#EXTINF:{beat.duration or -1},{_one_line(name)}", beat.audio_url]
    text = "\r\n".join([*lines, ""])
    response = publish(text, "audio/x-mpegurl; charset=utf-8", PLAYLIST_SECONDS)
    filename = f"{slugify(title)[:60].strip('-') or fallback}.m3u"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename) or ""
    response["X-Robots-Tag"] = "noindex"
    return response


def _one_line(text: str) -> str:
    """Return the text without what would begin another line of the list."""
    return " ".join(text.split())
