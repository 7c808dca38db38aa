"""The catalogue's addresses; other sites link to them, so they stay."""

from django.urls import path, register_converter

from catalog import (
    cover_views,
    embed_views,
    feed_views,
    search_views,
    sitemap_views,
    status_views,
    tape_views,
    views,
    webhook_views,
)
from catalog.forms import read_id


class BeatConnectId:
    """An id as BeatConnect gives them: 1 to 2**63 - 1, ASCII digits, no leading zero."""

    regex = "[1-9][0-9]{0,18}"

    def to_python(self, text: str) -> int:
        number = read_id(text)
        if number is None:
            raise ValueError("no id")
        return number

    def to_url(self, number: int) -> str:
        return str(number)


register_converter(BeatConnectId, "bcid")

# For people: these have their version in every language, the others have none.
pages = [
    path("", views.home, name="home"),
    path("beats/", views.beat_list, name="beat-list"),
    path("beats/<bcid:pk>/", views.beat_detail, name="beat-detail"),
    path("beats/<bcid:pk>/<str:slug>/", views.beat_detail, name="beat-detail"),
    path("genres/", views.genre_list, name="genre-list"),
    path("genres/<bcid:pk>/", views.genre_detail, name="genre-detail"),
    path("genres/<bcid:pk>/<str:slug>/", views.genre_detail, name="genre-detail"),
    path("producers/", views.producer_list, name="producer-list"),
    path("producers/<bcid:pk>/", views.producer_detail, name="producer-detail"),
    path("producers/<bcid:pk>/<str:slug>/", views.producer_detail, name="producer-detail"),
    path("producers/<bcid:pk>/<str:slug>/check/", views.producer_check, name="producer-check"),
    path("search/", search_views.search, name="search"),
    path("search/suggest/", search_views.suggest, name="search-suggest"),
    path("embed/beats/<bcid:pk>/", embed_views.beat_player, name="beat-embed"),
    path("embed/producers/<bcid:pk>/", embed_views.producer_player, name="producer-embed"),
    path("embed/tape/", embed_views.tape_player, name="tape-embed"),
    path("tape/", tape_views.tape, name="tape"),
    path("player/", tape_views.player_kit, name="player-kit"),
]

# For programs, and for those who keep the shop.
machines = [
    path("tape.m3u", feed_views.tape_playlist, name="tape-playlist"),
    path("covers/<bcid:pk>/<int:width>.webp", cover_views.cover, name="cover"),
    path("avatars/<bcid:pk>/<int:width>.webp", cover_views.avatar, name="avatar"),
    path("cards/<bcid:pk>.png", cover_views.card, name="card"),
    path("beats.m3u", feed_views.beat_playlist, name="beat-playlist"),
    path("genres/<bcid:pk>.m3u", feed_views.genre_playlist, name="genre-playlist"),
    path("producers/<bcid:pk>.m3u", feed_views.producer_playlist, name="producer-playlist"),
    path("feeds/beats.xml", feed_views.beat_feed, name="beat-feed"),
    path("feeds/genres/<bcid:pk>.xml", feed_views.genre_feed, name="genre-feed"),
    path("feeds/producers/<bcid:pk>.xml", feed_views.producer_feed, name="producer-feed"),
    path("oembed/", embed_views.oembed, name="oembed"),
    path("robots.txt", sitemap_views.robots, name="robots"),
    path("sitemap.xml", sitemap_views.sitemap_index, name="sitemap-index"),
    path("sitemap-<str:kind>-<bcid:number>.xml", sitemap_views.sitemap, name="sitemap"),
    path("status/", status_views.status_page, name="status"),
    path("status.json", status_views.status_figures, name="status-figures"),
    # Both spellings answer: a redirect would count as a failed delivery.
    path("webhooks/beatconnect/", webhook_views.webhook, name="webhook"),
    path("webhooks/beatconnect", webhook_views.webhook),
]
