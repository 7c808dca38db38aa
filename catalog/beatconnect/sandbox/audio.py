"""Previews: drums of the genre at the beat's tempo, with bass, harmony and a melody in its key, as MP3."""

import math
from array import array
from random import Random

import lameenc

from . import voices
from .genres import Genre
from .rhythms import RHYTHMS, Rhythm
from .voices import RATE, Samples

SECONDS = 24
_BIT_RATE = 64  # kbit/s, mono
_TONICS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_SCALES = {"minor": (0, 2, 3, 5, 7, 8, 10), "major": (0, 2, 4, 5, 7, 9, 11)}
# Four bars each, as steps of the scale.
_CHANGES = {
    "minor": ((0, 5, 2, 6), (0, 3, 5, 4), (0, 6, 5, 6), (0, 0, 3, 4)),
    "major": ((0, 3, 4, 3), (0, 4, 5, 3), (0, 1, 3, 4), (0, 5, 3, 4)),
}
_PENTATONIC = {"minor": (0, 2, 3, 4, 6), "major": (0, 1, 2, 4, 5)}
_LEVELS = {
    "kick": 0.95, "snare": 0.5, "clap": 0.45, "hat": 0.32, "shaker": 0.34, "rim": 0.3, "conga": 0.42, "low": 0.55,
    "bass": 0.5, "log": 0.62, "sub": 0.56, "guitar": 0.34, "keys": 0.26, "pluck": 0.42,
}  # fmt: skip


def preview(seed: int, beat_id: int, genre: Genre, bpm: float, key: str) -> bytes:
    """Make a preview of SECONDS seconds; `key` as `C minor`, `bpm` within reason."""
    rng = Random(f"{seed}:audio:{beat_id}")
    player = _Player(rng, RHYTHMS[genre.slug], bpm, key)
    return _encode(_arranged(player.section(2, full=False), player.section(4, full=True)))


class _Player:
    """Decides once what is played, then plays it section by section."""

    def __init__(self, rng: Random, rhythm: Rhythm, bpm: float, key: str) -> None:
        tonic, _, mode = key.partition(" ")
        self._rng = rng
        self._rhythm = rhythm
        self._mode = mode if mode in _SCALES else "minor"
        self._tonic = _TONICS.index(tonic) if tonic in _TONICS else 9
        self._steps = len(rhythm.drums["kick"])
        self._step = 240 / bpm / self._steps * RATE  # samples
        self._changes = rng.choice(_CHANGES[self._mode])
        self._bass = rng.choice(rhythm.bass)
        self._line = rng.choice(rhythm.lines)
        self._melody = [rng.choice(_PENTATONIC[self._mode]) for _ in range(self._steps)]
        self._high = rng.choice((0, 0, 12))
        self._first = 0  # the step at which the bar being played begins
        self._notes: dict[tuple[str, int], Samples] = {}

    def section(self, bars: int, *, full: bool) -> Samples:
        """Play some bars: drums and harmony, with bass and all of the melody when it is full."""
        track = [0.0] * int(self._step * self._steps * bars)
        for index in range(bars):
            self._bar(track, index, full=full)
        return track

    def _bar(self, track: Samples, index: int, *, full: bool) -> None:
        root = self._changes[index]
        self._first = index * self._steps
        for name, line in self._rhythm.drums.items():
            if full or name not in ("kick", "snare", "clap", "low"):
                self._strokes(track, name, line, voices.drum(name))
        if index == 3 and full:
            self._strokes(track, "snare", "." * (self._steps - 4) + "oxox", voices.drum("snare"))  # a fill
        for degree in (0, 2, 4):
            self._stab(track, root + degree)
        if full:
            for place in self._hits(self._bass):
                degree = root if place % 8 != 6 else root + 4
                self._play(track, place, self._rhythm.bass_voice, self._midi(degree, 24 if self._tonic > 4 else 36))
        for place in self._hits(self._line):
            if full or place < self._steps // 2:
                degree = self._melody[(place + index // 2) % self._steps]
                chord = self._rhythm.lead == "guitar"  # guitars break the chord, others sing over it
                degree = root + (0, 2, 4, 7)[degree % 4] if chord else degree
                self._play(
                    track,
                    place,
                    "pluck" if self._rhythm.lead == "keys" else self._rhythm.lead,
                    self._midi(degree, 60 + self._high),
                )

    def _hits(self, line: str) -> list[int]:
        return [place for place, mark in enumerate(line) if mark != "."]

    def _stab(self, track: Samples, degree: int) -> None:
        low = 48 if self._tonic > 5 else 60
        for place in (0, self._steps * 3 // 8, self._steps * 3 // 4)[: 3 if self._rhythm.lead == "keys" else 1]:
            self._play(track, place, "keys", self._midi(degree, low))

    def _midi(self, degree: int, octave: int) -> int:
        scale = _SCALES[self._mode]
        return octave + self._tonic + 12 * (degree // 7) + scale[degree % 7]

    def _start(self, place: int) -> int:
        late = self._rhythm.swing if place % 2 else 0.0
        return int((self._first + place + late) * self._step)

    def _strokes(self, track: Samples, name: str, line: str, samples: Samples) -> None:
        for place in self._hits(line):
            force = (1.0 if line[place] == "x" else 0.5) * self._rng.uniform(0.85, 1.0)
            _mix(track, samples, self._start(place), _LEVELS[name] * force)

    def _play(self, track: Samples, place: int, voice: str, midi: int) -> None:
        samples = self._notes.get((voice, midi)) or self._notes.setdefault((voice, midi), voices.note(voice, midi))
        _mix(track, samples, self._start(place), _LEVELS[voice] * self._rng.uniform(0.85, 1.0))


def _mix(track: Samples, samples: Samples, start: int, gain: float) -> None:
    """Add samples; what rings on past the end sounds at the beginning, so that a section can follow itself."""
    room = len(track) - start
    first, rest = samples[:room], samples[room : room + len(track)]
    track[start : start + len(first)] = [
        old + gain * new for old, new in zip(track[start : start + len(first)], first, strict=True)
    ]
    if rest:
        track[: len(rest)] = [old + gain * new for old, new in zip(track[: len(rest)], rest, strict=True)]


def _arranged(intro: Samples, loop: Samples) -> "array[int]":
    gain = 1.25 / max(map(abs, loop))
    song, turn = (array("h", [int(29_000 * math.tanh(gain * value)) for value in section]) for section in (intro, loop))
    _fade_out(song, RATE // 100)  # what rings on here would break off with a click
    wanted = SECONDS * RATE
    while len(song) < wanted:
        song += turn
    del song[wanted:]
    _fade_out(song, RATE)
    return song


def _fade_out(song: "array[int]", count: int) -> None:
    for index in range(1, count + 1):
        song[-index] = song[-index] * index // count


def _encode(song: "array[int]") -> bytes:
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_bit_rate(_BIT_RATE)
    encoder.set_in_sample_rate(RATE)
    encoder.set_channels(1)
    encoder.set_quality(7)  # the fastest; nobody masters a record here
    return bytes(encoder.encode(song.tobytes())) + bytes(encoder.flush())
