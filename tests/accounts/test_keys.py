"""How secrets are kept: for one owner and one use, readable after a rotation, and not with the old key."""

from io import StringIO

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.management import CommandError, call_command
from pytest_django import fixtures

from accounts.keys import Unsealable, new_key, seal, unseal
from accounts.models import User
from accounts.records import BeatConnectKey, Order
from storefront.encryption_keys import derived_key, is_key
from tests.accounts.buyers import ORDERS, connected, pass_time
from tests.clean_process import run
from tests.pages import read
from tests.sandbox import ALICE, BOB, Sandbox


def test_what_is_sealed_opens_for_its_owner_and_use_alone() -> None:
    token = seal(7, "api_key", "bca_test_x")
    assert "bca_test" not in token
    assert unseal(7, "api_key", token) == "bca_test_x"
    for owner, use in ((8, "api_key"), (7, "links")):
        with pytest.raises(Unsealable):
            unseal(owner, use, token)  # type: ignore[arg-type]


@pytest.mark.parametrize("token", ["", "x", "gAAAAAB", "é", "gAAAAAB" + "A" * 100])
def test_what_was_never_sealed_opens_not_at_all(token: str) -> None:
    with pytest.raises(Unsealable):
        unseal(7, "api_key", token)


@pytest.mark.parametrize(
    "plain", [b"[]", b"null", b"{}", b'{"owner": 7, "use": "api_key", "secret": 5}', b"\xff", b"7"]
)
def test_nor_does_something_else_under_the_right_key(plain: bytes, settings: fixtures.Settings) -> None:
    with pytest.raises(Unsealable):
        unseal(7, "api_key", Fernet(settings.KEY_ENCRYPTION_KEYS[0]).encrypt(plain).decode())


def test_a_key_that_was_copied_onto_another_row_is_not_used(api: Sandbox, alice: User, bob: User) -> None:
    connected(alice, ALICE)
    client = connected(bob, BOB)
    stolen = BeatConnectKey.objects.get(user=alice).encrypted
    BeatConnectKey.objects.filter(user=bob).update(encrypted=stolen)
    asked = api.asked
    assert "Reconnect" in read(client.get(ORDERS)).text
    assert api.asked == asked
    assert not Order.objects.exists()


def test_rotation_leaves_all_readable_by_the_new_key_and_none_by_the_old(
    api: Sandbox, alice: User, bob: User, settings: fixtures.Settings
) -> None:
    old, new = new_key(), new_key()
    settings.KEY_ENCRYPTION_KEYS = [old]
    clients = [connected(alice, ALICE), connected(bob, BOB)]
    for client in clients:
        client.get(ORDERS)
    settings.KEY_ENCRYPTION_KEYS = [new, old]
    told = StringIO()
    call_command("rotate_keys", stdout=told)
    assert "2 encrypted anew" in told.getvalue()
    tokens = [*BeatConnectKey.objects.values_list("encrypted", flat=True)]
    tokens += Order.objects.exclude(links="").values_list("links", flat=True)
    assert len(tokens) > 20
    for token in tokens:
        Fernet(new).decrypt(token.encode())
        with pytest.raises(InvalidToken):
            Fernet(old).decrypt(token.encode())
    # The old key is thrown away, and everything works on.
    settings.KEY_ENCRYPTION_KEYS = [new]
    for user, client in zip((alice, bob), clients, strict=True):
        pass_time(user, minutes=5)
        page = read(client.get(ORDERS))
        assert "Reconnect" not in page.text
    completed = Order.objects.filter(user=bob, kind="completed").exclude(links="")[0]
    assert read(clients[1].get(f"/orders/{completed.order_id}/")).the("article").all("a", target="_blank")
    # Once more changes nothing.
    told = StringIO()
    call_command("rotate_keys", stdout=told)
    assert "0 encrypted anew" in told.getvalue()


def test_rotation_says_what_it_can_not_open_and_does_the_rest(
    api: Sandbox, alice: User, bob: User, settings: fixtures.Settings
) -> None:
    lost, old, new = new_key(), new_key(), new_key()
    settings.KEY_ENCRYPTION_KEYS = [lost]
    connected(alice, ALICE)
    settings.KEY_ENCRYPTION_KEYS = [old]
    connected(bob, BOB)
    settings.KEY_ENCRYPTION_KEYS = [new, old]
    with pytest.raises(CommandError, match="1 can't be opened by any of KEY_ENCRYPTION_KEYS"):
        call_command("rotate_keys", stdout=StringIO())
    Fernet(new).decrypt(BeatConnectKey.objects.get(user=bob).encrypted.encode())


def test_the_command_writes_keys_that_the_setting_takes() -> None:
    told = StringIO()
    call_command("rotate_keys", "--new", stdout=told)
    assert is_key(told.getvalue().strip())
    assert is_key(derived_key("x"))
    assert derived_key("x") != derived_key("y")


START = ("-c", "import storefront.wsgi")
PUBLIC = {"SITE_URL": "https://beats.example", "BEATCONNECT_API_KEY": "bca_live_x"}


@pytest.mark.parametrize("keys", ["", "short", "x" * 44, "A" * 44])
def test_a_public_shop_does_not_start_without_good_keys(keys: str) -> None:
    process = run(*START, **PUBLIC, KEY_ENCRYPTION_KEYS=keys)
    assert process.returncode != 0
    assert "KEY_ENCRYPTION_KEYS" in process.stderr.strip().splitlines()[-1]


def test_a_public_shop_starts_with_them_and_a_shop_on_this_machine_derives_one() -> None:
    assert run(*START, **PUBLIC, KEY_ENCRYPTION_KEYS=f"{new_key()},{new_key()}").returncode == 0
    assert run(*START).returncode == 0
