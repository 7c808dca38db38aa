"""What players on other sites show. They never cost a call: nobody knows how many pages hold one."""

from dataclasses import dataclass

from catalog import queries
from catalog.criteria import Criteria
from catalog.models.mirror import Beat, Producer
from catalog.service.store import is_complete

IN_PLAYER = 10


@dataclass(frozen=True)
class BeatPlayer:
    """A beat to play; None where the mirror has none, for now or, `complete`, for good."""

    beat: Beat | None
    complete: bool


@dataclass(frozen=True)
class ProducerPlayer:
    """A producer and their newest beats that can be heard; None where the mirror has none."""

    producer: Producer | None
    beats: list[Beat]
    complete: bool


def beat(pk: int) -> BeatPlayer:
    return BeatPlayer(queries.any_beat(pk), is_complete())


def producer(pk: int) -> ProducerPlayer:
    found = Producer.objects.filter(pk=pk).first()
    beats = queries.matching(Criteria(producer=pk)).exclude(audio_url="")[:IN_PLAYER] if found else []
    return ProducerPlayer(found, list(beats), is_complete())
