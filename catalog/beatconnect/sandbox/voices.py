"""Instruments made of sums: each returns samples between -1 and 1 at RATE."""

import math
from functools import lru_cache
from itertools import pairwise
from random import Random

RATE = 22_050  # samples a second: a preview needs no more, and half the samples take half the time
Samples = list[float]

_noise = Random(7)
_HISS = [_noise.uniform(-1, 1) for _ in range(RATE // 2)]


def _fading(count: int, half_life: float) -> Samples:
    step = 0.5 ** (1 / (half_life * RATE))
    level, levels = 1.0, []
    for _ in range(count):
        levels.append(level)
        level *= step
    return levels


def _swept(seconds: float, high: float, low: float, fall: float, half_life: float) -> Samples:
    """A sine that falls from one pitch (Hz) to another within about `fall` seconds while it fades."""
    count, phase, out = int(seconds * RATE), 0.0, []
    bend, ease = high - low, 0.5 ** (1 / (fall * RATE))
    for level in _fading(count, half_life):
        phase += math.tau * (low + bend) / RATE
        bend *= ease
        out.append(math.sin(phase) * level)
    return out


def _hiss(seconds: float, half_life: float, *, bright: bool) -> Samples:
    count = int(seconds * RATE)
    source = _HISS[: count + 1]
    if bright:  # the difference of neighbours keeps the highs
        source = [(after - before) * 0.6 for before, after in pairwise(source)]
    return [value * level for value, level in zip(source, _fading(count, half_life), strict=False)]


def _sum(*parts: tuple[float, Samples]) -> Samples:
    out = [0.0] * max(len(samples) for _, samples in parts)
    for gain, samples in parts:
        for index, value in enumerate(samples):
            out[index] += gain * value
    return out


@lru_cache(maxsize=16)
def drum(name: str) -> Samples:
    """Return one stroke of a drum."""
    match name:
        case "kick":
            return _sum((1.0, _swept(0.32, 150, 47, 0.018, 0.07)), (0.15, _hiss(0.01, 0.003, bright=True)))
        case "snare":
            return _sum((0.5, _hiss(0.16, 0.03, bright=False)), (0.5, _swept(0.12, 240, 180, 0.02, 0.025)))
        case "clap":
            tail, first = _hiss(0.18, 0.035, bright=True), _hiss(0.02, 0.006, bright=True)
            return _sum((0.6, first), (0.6, [0.0] * 260 + first), (0.8, [0.0] * 520 + tail))
        case "hat":
            return [value * 0.55 for value in _hiss(0.06, 0.012, bright=True)]
        case "shaker":
            rise = int(0.018 * RATE)
            body = _hiss(0.09, 0.022, bright=True)
            return [value * min(1.0, index / rise) * 0.4 for index, value in enumerate(body)]
        case "rim":
            return _sum((0.6, _swept(0.05, 1720, 1680, 0.01, 0.008)), (0.3, _swept(0.05, 2480, 2440, 0.01, 0.005)))
        case "conga":
            return _sum((0.7, _swept(0.22, 360, 310, 0.02, 0.045)), (0.15, _hiss(0.02, 0.005, bright=False)))
        case _:  # low: a big skin
            return _sum((0.9, _swept(0.3, 150, 104, 0.03, 0.07)), (0.12, _hiss(0.02, 0.006, bright=False)))


def pitch(note: float) -> float:
    """Return the frequency in Hz of a MIDI note."""
    return float(440.0 * 2 ** ((note - 69) / 12))


def _tone(note: float, seconds: float, half_life: float, overtones: tuple[float, ...]) -> Samples:
    """Stack overtones, the higher the sooner gone."""
    count, base = int(seconds * RATE), math.tau * pitch(note) / RATE
    out = [0.0] * count
    for order, gain in enumerate(overtones, start=1):
        if gain and base * order < math.pi * 0.9:
            step = base * order
            levels = _fading(count, half_life / order**0.7)
            out = [
                value + gain * level * math.sin(step * index)
                for index, (value, level) in enumerate(zip(out, levels, strict=True))
            ]
    attack = int(0.004 * RATE)  # without it every note begins with a click
    for index in range(min(attack, count)):
        out[index] *= index / attack
    return out


def note(voice: str, midi: float) -> Samples:
    """Return one note of an instrument."""
    match voice:
        case "log":  # amapiano's log drum: hollow, with a drop in pitch at its start
            return _sum(
                (0.9, _swept(0.4, pitch(midi) * 1.6, pitch(midi), 0.015, 0.12)),
                (0.25, _swept(0.12, pitch(midi) * 3.2, pitch(midi) * 2, 0.01, 0.03)),
            )
        case "sub":
            return _tone(midi, 0.55, 0.25, (1.0, 0.22, 0.06))
        case "bass":
            return _tone(midi, 0.4, 0.13, (0.9, 0.45, 0.2, 0.08))
        case "guitar":
            return _tone(midi, 0.35, 0.07, (0.6, 0.5, 0.35, 0.22, 0.12))
        case "keys":
            return _tone(midi, 0.9, 0.28, (0.7, 0.16, 0.0, 0.16))
        case _:  # pluck: a thumb piano, with its clang far above
            return _tone(midi, 0.5, 0.1, (0.8, 0.0, 0.12, 0.0, 0.2))
