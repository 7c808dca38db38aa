"""What a list tells of its beats: prices that changed, beats that went; and what it gives to take along."""

import csv
import io
from decimal import Decimal

from django.test import Client
from django.utils import timezone

from accounts.favourites.rows import Favourite
from catalog.models.mirror import Beat
from tests.accounts.test_favourites import LIST, cards, later, press, shown
from tests.pages import Node, read
from tests.sandbox import Sandbox


def news(page: Node) -> list[str]:
    """Return what changed since the last look, a line each."""
    return [line.text for part in page.all("section", class_="favourites-news") for line in part.all("li")]


def reprice(beat: int, price: str) -> None:
    Beat.objects.filter(pk=beat).update(price=Decimal(price))


def test_a_price_that_changed_is_told_until_the_next_look(client: Client, shop: Sandbox) -> None:
    reprice(12, "29.99")
    press(client, 12)
    assert news(read(client.get(LIST))) == []
    reprice(12, "19.99")
    for _ in range(2):
        page = read(client.get(LIST))
        (line,) = news(page)
        assert line.endswith("now $19.99, was $29.99")
        assert cards(page)[0].the("p", class_="card-reason").text == "now $19.99, was $29.99"
    later(hours=1)
    page = read(client.get(LIST))
    assert news(page) == []
    # For good: it was dearer when it was kept.
    assert cards(page)[0].the("p", class_="card-reason").text == "now $19.99, was $29.99"
    reprice(12, "29.99")
    (line,) = news(read(client.get(LIST)))
    assert line.endswith("now $29.99, was $19.99")


def test_who_does_not_look_uses_up_no_news(client: Client, shop: Sandbox) -> None:
    press(client, 12)
    client.get(LIST)
    later(hours=1)
    reprice(12, "1.00")
    client.head(LIST)
    client.get(LIST, headers={"Sec-Purpose": "prefetch"})
    client.get(f"{LIST}export.csv")
    assert len(news(read(client.get(LIST)))) == 1


def test_a_beat_that_went_is_told_and_its_like_are_offered(client: Client, shop: Sandbox) -> None:
    press(client, 12)
    press(client, 5)
    Beat.objects.filter(pk=12).update(gone_at=timezone.now())
    page = read(client.get(LIST))
    assert shown(client) == [5]
    (line,) = news(page)
    assert line.endswith("no longer on sale")
    gone = page.the("section", class_="favourites-gone").the("li")
    assert gone["data-beat"] == "12"
    link = gone.the("a", href=True)["href"]
    assert link.endswith("#similar")
    assert client.get(link).status_code == 410
    assert read(client.get(link)).all(id="similar")
    press(client, 12, keep=0)
    assert not read(client.get(LIST)).all("section", class_="favourites-gone")


def test_a_beat_that_the_mirror_forgot_stays_readable(client: Client, shop: Sandbox) -> None:
    Beat.objects.filter(pk=12).update(title="Harmattan Nights")
    press(client, 12)
    Beat.objects.filter(pk=12).delete()
    page = read(client.get(LIST))
    gone = page.the("section", class_="favourites-gone").the("li")
    assert "Harmattan Nights" in gone.text
    assert gone.the("a", href=True)["href"] == "/search/?q=Harmattan%20Nights"
    assert press(client, 12, keep=0).status_code == 303
    assert not Favourite.objects.exists()


def test_a_beat_that_comes_back_is_told(client: Client, shop: Sandbox) -> None:
    press(client, 12)
    Beat.objects.filter(pk=12).update(gone_at=timezone.now())
    client.get(LIST)
    Beat.objects.filter(pk=12).update(gone_at=None)
    (line,) = news(read(client.get(LIST)))
    assert line.endswith("on sale again")


def test_the_table_holds_all_and_nothing_a_spreadsheet_would_run(client: Client, shop: Sandbox) -> None:
    Beat.objects.filter(pk=12).update(title='=cmd|"/C calc"!A0', price="10.00")
    press(client, 12)
    reprice(12, "9.00")
    response = client.get(f"{LIST}export.csv")
    assert response["Content-Disposition"].startswith('attachment; filename="favourites-')
    (row,) = csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")))
    assert row["beat"] == '\'=cmd|"/C calc"!A0'
    assert (row["beat_id"], row["price_when_kept"], row["price_now"], row["on_sale"]) == ("12", "10.00", "9.00", "True")
    (data,) = client.get(f"{LIST}export.json").json()["favourites"]
    assert data["beat"] == '=cmd|"/C calc"!A0'
    assert data["on_sale"] is True


def test_hostile_titles_stay_texts(client: Client, shop: Sandbox) -> None:
    title = '"><script>alert(1)</script><b class="keep">'
    Beat.objects.filter(pk=12).update(title=title)
    press(client, 12)
    Beat.objects.filter(pk=12).delete()
    press(client, 5)
    Beat.objects.filter(pk=5).update(title=title)
    response = client.get(LIST)
    assert b"<script>alert" not in response.content
    assert b'<b class="keep"' not in response.content
