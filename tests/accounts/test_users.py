"""Buyers and staff: one account a mailbox, however its address is written."""

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import identify_hasher
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough passphrase 🎵"
SPELLINGS = ["alice@example.com", "Alice@Example.COM", "  ALICE@example.com "]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_address_is_kept_case_folded_however_it_is_written(spelling: str) -> None:
    alice = User.objects.create_user(spelling, PASSWORD)
    assert alice.email == "alice@example.com"
    assert User.objects.values_list("email", flat=True).get() == "alice@example.com"


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_alice_is_found_and_signs_in_however_she_writes_her_address(spelling: str) -> None:
    alice = User.objects.create_user("Alice@example.com", PASSWORD)
    assert User.objects.get(email=spelling) == alice
    assert User.objects.filter(email__in=[spelling]).get() == alice
    assert User.objects.get_by_natural_key(spelling) == alice
    assert authenticate(username=spelling, password=PASSWORD) == alice
    assert authenticate(username=spelling, password=PASSWORD.upper()) is None


def test_who_may_not_sign_in_does_not() -> None:
    User.objects.create_user("alice@example.com", PASSWORD, is_active=False)
    assert authenticate(username="alice@example.com", password=PASSWORD) is None


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_second_account_for_a_mailbox_is_refused_with_a_reason(spelling: str) -> None:
    User.objects.create_user("alice@example.com", PASSWORD)
    with pytest.raises(ValidationError, match="already exists"):
        User.objects.create_user(spelling, PASSWORD)


def test_the_database_itself_refuses_a_second_account_by_whatever_way_it_comes() -> None:
    User.objects.create_user("alice@example.com", PASSWORD)
    bob = User.objects.create_user("bob@example.com", PASSWORD)
    for way in (
        lambda: User.objects.create(email="ALICE@example.com"),
        lambda: User.objects.bulk_create([User(email="Alice@EXAMPLE.com")]),
        lambda: User.objects.filter(pk=bob.pk).update(email="aLiCe@example.com"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            way()
    bob.email = "ALICE@example.com"
    with pytest.raises(IntegrityError), transaction.atomic():
        bob.save()


def test_a_changed_address_is_folded_too() -> None:
    alice = User.objects.create_user("alice@example.com", PASSWORD)
    alice.email = "Alice.New@Example.com"
    alice.save()
    assert alice.email == "alice.new@example.com"
    alice.refresh_from_db()
    assert str(alice) == "alice.new@example.com"


def test_letters_that_fold_to_the_same_are_the_same_and_others_are_not() -> None:
    User.objects.create_user("strasse@example.com", PASSWORD)
    with pytest.raises(ValidationError):
        User.objects.create_user("straße@example.com", PASSWORD)
    # The dotless ı is not i: whoever owns one mailbox must not get into the other.
    User.objects.create_user("alice@ıdeas.example", PASSWORD)
    assert authenticate(username="alice@ideas.example", password=PASSWORD) is None


@pytest.mark.parametrize(
    "email",
    ["", "alice", "@example.com", "a b@example.com", "a@b.c\nBcc: x@y.z", "a" * 250 + "@example.com", "a\0@b.com"],
)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(ValidationError):
        User.objects.create_user(email, PASSWORD)
    assert not User.objects.exists()


def test_passwords_are_kept_as_argon2_and_a_missing_one_lets_nobody_in() -> None:
    alice = User.objects.create_user("alice@example.com", PASSWORD)
    assert identify_hasher(alice.password).algorithm == "argon2"
    assert PASSWORD not in alice.password
    bob = User.objects.create_user("bob@example.com")
    assert not bob.has_usable_password()
    assert authenticate(username="bob@example.com", password="") is None


def test_a_superuser_may_do_everything_and_others_nothing() -> None:
    admin = User.objects.create_superuser("Admin@example.com", PASSWORD)
    assert (admin.is_staff, admin.is_superuser, admin.email) == (True, True, "admin@example.com")
    assert admin.has_perm("catalog.change_beat")
    alice = User.objects.create_user("alice@example.com", PASSWORD)
    assert (alice.is_staff, alice.is_superuser) == (False, False)
    assert not alice.has_perm("catalog.change_beat")
