"""How long a sign-in lasts: two weeks from the last visit, a month from the sign-in itself. Getting in has an hour.

A visit moves the row's date of expiry once an hour at most and touches nothing else of it: no write per request, and no
answer under way brings back older data. The month is looked at wherever a session is loaded.
"""

import time
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY, user_logged_in
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

IDLE, LONGEST = timedelta(days=14), timedelta(days=30)
# In which nobody has signed in yet: it holds a code, a challenge or half a sign-in, and all of those end sooner.
GETTING_IN = timedelta(hours=1)
SEEN_EVERY = timedelta(hours=1)
# In the session: the second at which its owner signed in.
BEGAN = "began"


class SessionStore(db.SessionStore):
    """Django's, whose rows end when the sign-in does, however long the browser keeps its cookie."""

    ends: datetime | None = None  # as the row in the database has it

    def load(self) -> dict[str, Any]:
        row = self._get_session_from_db()  # type: ignore[attr-defined]  # Django's stubs lack it
        if row is None:
            return {}
        data: dict[str, Any] = self.decode(row.session_data)
        if data.get(BEGAN, time.time()) <= time.time() - LONGEST.total_seconds():
            row.delete()
            self._session_key = None
            return {}
        self.ends = row.expire_date
        return data

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        if SESSION_KEY not in self:
            return timezone.now() + GETTING_IN
        # Saving it for another reason is no visit: the list of devices would miss one.
        return self.ends or timezone.now() + IDLE


@receiver(user_logged_in)
def _begin(request: HttpRequest, **kwargs: Any) -> None:
    session: Any = request.session
    session[BEGAN] = int(time.time())
    session.ends = None


def visited(request: HttpRequest) -> None:
    """Let the sign-in of whoever asked last on from now, and keep where they were seen; once an hour at most."""
    session: Any = request.session
    ends = timezone.now() + IDLE
    if session.ends is None or ends - session.ends < SEEN_EVERY:
        return
    # Not if it was ended elsewhere meanwhile.
    if Session.objects.filter(pk=session.session_key).update(expire_date=ends):
        session.ends = ends
        UserSession.objects.create_from_request(request)
