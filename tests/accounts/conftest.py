"""People for the tests of accounts."""

import pytest

from accounts.models import User

PASSWORD = "a long pass phrase"


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("alice@example.com", PASSWORD)


@pytest.fixture
def bob(db: None) -> User:
    return User.objects.create_user("bob@example.com", PASSWORD)
