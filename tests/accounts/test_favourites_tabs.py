"""Two tabs of one browser in the same instant: one reads the list, the other changes it before the first goes on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test import Client

from accounts.models import User
from tests.accounts.people import sign_in
from tests.accounts.test_favourites import LIST, later, press, shown
from tests.accounts.test_favourites_change import news, reprice
from tests.pages import read
from tests.sandbox import Sandbox


@contextmanager
def once_the_list_is_read(then: Callable[[], Any]) -> Iterator[None]:
    """Let something happen between the first statement that reads a list and the next one."""
    waiting = [then]
    was_read = False

    def watch(execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        nonlocal was_read
        if was_read and waiting:
            waiting.pop()()
        was_read = was_read or (sql.startswith("SELECT") and 'FROM "accounts_favouritelist"' in sql)
        return execute(sql, *more)

    with connection.execute_wrapper(watch):
        yield
    assert not waiting


def another_tab(client: Client) -> Client:
    tab = Client()
    tab.cookies["favourites"] = client.cookies["favourites"].value
    return tab


def test_a_heart_pressed_while_another_tab_signs_in_is_not_lost(client: Client, shop: Sandbox, alice: User) -> None:
    alice.confirm_address()
    press(client, 5)
    other = another_tab(client)
    with once_the_list_is_read(lambda: sign_in(other)):
        response = press(client, 12)
    assert response.status_code == 303
    # A browser has one jar for all its tabs.
    other.cookies["favourites"] = response.cookies["favourites"].value
    assert shown(other) == [12, 5]


def test_looking_while_another_tab_signs_in_is_no_trouble(client: Client, shop: Sandbox, alice: User) -> None:
    alice.confirm_address()
    press(client, 5)
    other = another_tab(client)
    with once_the_list_is_read(lambda: sign_in(other)):
        assert client.get(LIST).status_code == 200
    assert shown(other) == [5]


def test_tabs_that_look_at_once_both_tell_the_news(client: Client, shop: Sandbox) -> None:
    press(client, 12)
    client.get(LIST)
    reprice(12, "1.00")
    later(hours=1)
    other = another_tab(client)
    with once_the_list_is_read(lambda: other.get(LIST)):
        page = read(client.get(LIST))
    for tab in (page, read(client.get(LIST)), read(other.get(LIST))):
        assert len(news(tab)) == 1
