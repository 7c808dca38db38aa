"""How each genre's drums go: one bar a line, x loud, o soft, sixteen steps (twelve where the pulse is in three)."""

from dataclasses import dataclass, field

_FOUR = "x...x...x...x..."
_OFFBEAT = "..x...x...x...x."
_DEMBOW = "...x..x....x..x."
_CLAVE = "x..x..x...x.x..."
_BACKBEAT = "....x.......x..."
_SIXTEENTHS = "xoooxoooxoooxooo"
_EIGHTHS = "x.o.x.o.x.o.x.o."


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Drum lines by voice, bass lines to choose from, what plays the harmony, and swing as a part of a step."""

    drums: dict[str, str]
    bass: tuple[str, ...]
    bass_voice: str = "bass"  # bass, log, sub
    lead: str = "pluck"  # pluck, guitar, keys
    lines: tuple[str, ...] = field(default=("x..x..x...x..x..", "x.....x..x..x...", "..x..x..x..x..x."))
    swing: float = 0.0


_GUITARS = ("x.xxx.xxx.xxx.xx", "xxx.xxx.xxx.xxx.", "x.xx.xx.x.xx.xx.")

RHYTHMS = {
    "amapiano": Rhythm(
        {"kick": "x...o...x...o...", "shaker": _SIXTEENTHS, "rim": "..x..x....x..x..", "snare": "....o.......o..x"},
        ("...x..x...x..xx.", "..x..x.x...x..x.", "x..x...x..x.x..x"),
        bass_voice="log",
        lead="keys",
        swing=0.14,
    ),
    "afrobeats": Rhythm(
        {
            "kick": "x...x...x...x.o.",
            "rim": _CLAVE,
            "snare": "...o..x....o..x.",
            "shaker": _EIGHTHS,
            "conga": "..o..o.x..o..o.x",
        },
        ("x..x....x.x.....", "x.....x.x..x....", "x..x..x.......x."),
        lead="guitar",
        swing=0.08,
    ),
    "gqom": Rhythm(
        {
            "kick": "x..x..x...x..x..",
            "clap": "............x..o",
            "low": "...x.....x....x.",
            "hat": "..o...o...o...oo",
            "rim": "x.....x.....x...",
        },
        ("x.....x...x.....", "x..x............", "x.........x..x.."),
        bass_voice="sub",
        lines=("x.......x.......", "x..x............", "......x.......x."),
    ),
    "bongo-flava": Rhythm(
        {"kick": _FOUR, "snare": _DEMBOW, "hat": _EIGHTHS, "conga": "x..o..x.x..o..x."},
        ("x..x..x.x..x..x.", "x...x.x.x...x...", "x.....x.x.....x."),
        lead="guitar",
    ),
    "kuduro": Rhythm(
        {"kick": _FOUR, "snare": _DEMBOW, "conga": "x.xxx.x.x.xxx.xx", "low": "....x..x....x..x", "hat": _OFFBEAT},
        ("x..x..x.x..x..x.", "x.x.....x.x....."),
        bass_voice="sub",
    ),
    "highlife": Rhythm(
        {
            "kick": "x.....x.x.......",
            "rim": _CLAVE,
            "hat": "x.o.x.o.x.o.x.oo",
            "conga": "..x.o.x...x.o.xo",
            "snare": "....o.......x...",
        },
        ("x...x..x..x.x...", "x..x..x.x..x..x."),
        lead="guitar",
        lines=_GUITARS,
        swing=0.1,
    ),
    "afro-house": Rhythm(
        {"kick": _FOUR, "hat": _OFFBEAT, "shaker": _SIXTEENTHS, "conga": "..ox..x...ox..xo", "low": "x......x..x....."},
        ("..x..x....x..x..", "x..x..x...x.x...", "...x..x....x..x."),
        lead="keys",
    ),
    "gengetone": Rhythm(
        {"kick": _FOUR, "snare": _DEMBOW, "hat": "..x...x...x...xx", "low": "x..x..x.x..x..x."},
        ("x..x..x.x..x..x.", "x.......x..x...."),
        bass_voice="sub",
    ),
    "coupe-decale": Rhythm(
        {"kick": _FOUR, "snare": "...x..x....x.xxx", "hat": _OFFBEAT, "conga": "x.oxx.oxx.oxx.ox", "clap": _BACKBEAT},
        ("x.x...x.x.x...x.", "x..x..x.x..x..x."),
        lead="guitar",
    ),
    "singeli": Rhythm(
        {"kick": _FOUR, "snare": _DEMBOW, "conga": "xoxxxoxxxoxxxoxx", "hat": _EIGHTHS},
        ("x...x...x...x...", "x.x.x...x.x.x..."),
        lines=("xxx.x.xxx.x.xx..", "x.xxx.x.x.xxx.x."),
    ),
    "ndombolo": Rhythm(
        {"kick": _FOUR, "snare": "..x..x....x..x..", "hat": "x.xxx.xxx.xxx.xx", "conga": "...x..xx...x..xx"},
        ("x..x..x...x.x...", "x.....x.x..x..x."),
        lead="guitar",
        lines=_GUITARS,
    ),
    "kizomba": Rhythm(
        {"kick": "x..o..x.x..o..x.", "rim": _DEMBOW, "shaker": _EIGHTHS, "clap": "............o..."},
        ("x.....x.x.....x.", "x..x..x.x..x...."),
        bass_voice="sub",
        lead="keys",
    ),
    "afro-trap": Rhythm(
        {"kick": "x.....x...x.....", "clap": _BACKBEAT, "hat": "x.x.x.xxx.x.xxxx", "conga": "...x..x....x..x."},
        ("x.....x...x.....", "x..x......x....."),
        bass_voice="sub",
    ),
    "alte": Rhythm(
        {"kick": "x......x..x.....", "snare": _BACKBEAT, "hat": "x.o.x.o.x.o.x.ox", "rim": "...x......x....."},
        ("x......x..x.....", "x..x......x..x.."),
        lead="keys",
        swing=0.16,
    ),
    "kwaito": Rhythm(
        {"kick": _FOUR, "clap": _BACKBEAT, "hat": _OFFBEAT, "shaker": "o.o.o.o.o.o.o.o."},
        ("x..x..x..x..x...", "..x..x..x...x.x.", "x.x..x..x.x....."),
        lead="keys",
        swing=0.1,
    ),
    "soukous": Rhythm(
        {"kick": "x...x...x...x.x.", "snare": "..x..x....x..x..", "hat": _EIGHTHS, "conga": "..xx..xx..xx..xx"},
        ("x...x.x.x...x.x.", "x..x..x.x.x....."),
        lead="guitar",
        lines=_GUITARS,
    ),
    "mbalax": Rhythm(
        {
            "kick": "x.....x...x.....",
            "conga": "x.xx.x.xx.xx.xxx",
            "low": "x..x..x.....x...",
            "snare": "....x.......x.xx",
            "hat": _EIGHTHS,
        },
        ("x..x....x..x....", "x.....x.x..x.x.."),
        lead="keys",
    ),
    "ethio-jazz": Rhythm(
        {"kick": "x.....x..o..", "rim": "x.x.xx.x.x.x", "hat": "x.ox.ox.ox.o", "snare": "...o.....x.."},
        ("x..x.xx..x..", "x....xx....x"),
        lead="keys",
        lines=("x.xx.x..xx.x", "x..xx.x.x..."),
    ),
    "gnawa-fusion": Rhythm(
        {"kick": "x.......x.......", "hat": "x.xxx.xxx.xxx.xx", "clap": "....x.......x.o.", "low": "x..x..x.x..x..x."},
        ("x.xx..x.x.x..xx.", "x..x.xx.x..x.x.."),
        lead="pluck",
    ),
}
