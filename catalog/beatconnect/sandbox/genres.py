"""The genres the sandbox sells, with the tempo, the languages and the colours that go with each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Genre:
    """A genre; `tempo` is a range in BPM, `tongues` name word lists, `palette` is ground first, then inks."""

    id: int
    name: str
    slug: str
    tempo: tuple[int, int]
    tongues: tuple[str, ...]
    palette: tuple[str, ...]


GENRES = (
    Genre(
        1,
        "Amapiano",
        "amapiano",
        (110, 115),
        ("zulu", "sotho", "english"),
        ("#1b1330", "#f2a33a", "#d9483b", "#7a3f8f", "#f6e3c0"),
    ),
    Genre(
        2,
        "Afrobeats",
        "afrobeats",
        (98, 110),
        ("yoruba", "igbo", "pidgin", "english"),
        ("#0f2d22", "#f4b52f", "#2f9e6e", "#e4572e", "#fbf0d5"),
    ),
    Genre(
        3,
        "Gqom",
        "gqom",
        (124, 128),
        ("zulu", "english"),
        ("#14110f", "#e8432f", "#f6f0e4", "#6d6359", "#f2a33a"),
    ),
    Genre(
        4,
        "Bongo Flava",
        "bongo-flava",
        (88, 104),
        ("swahili",),
        ("#0c3b4a", "#f7c548", "#1fa3a0", "#e86a33", "#fdf1d6"),
    ),
    Genre(
        5,
        "Kuduro",
        "kuduro",
        (136, 144),
        ("portuguese",),
        ("#3a0d12", "#f0b429", "#d4213d", "#161314", "#f8e7c9"),
    ),
    Genre(
        6,
        "Highlife",
        "highlife",
        (108, 124),
        ("twi", "english", "igbo"),
        ("#5b1a12", "#f5b83d", "#1f7a4d", "#f3e4c3", "#c8402b"),
    ),
    Genre(
        7,
        "Afro House",
        "afro-house",
        (119, 124),
        ("zulu", "sotho", "english", "portuguese"),
        ("#201a2b", "#d98c3f", "#b0413e", "#e9cfa3", "#4f6d7a"),
    ),
    Genre(
        8,
        "Gengetone",
        "gengetone",
        (94, 102),
        ("swahili", "english"),
        ("#1d2b1f", "#ff7a2f", "#ffd24a", "#c22f4e", "#f4ecd8"),
    ),
    Genre(
        9,
        "Coupé-Décalé",
        "coupe-decale",
        (126, 138),
        ("french",),
        ("#7a2e0b", "#ffb22e", "#fff1d6", "#16794f", "#3b1505"),
    ),
    Genre(
        10,
        "Singeli",
        "singeli",
        (190, 220),
        ("swahili",),
        ("#2a0f3d", "#ff9e2c", "#ff4f5e", "#21b6a8", "#fdeccb"),
    ),
    Genre(
        11,
        "Ndombolo",
        "ndombolo",
        (124, 140),
        ("lingala", "french"),
        ("#0d2347", "#ffce3a", "#e2383f", "#3f8fd1", "#fbf0d8"),
    ),
    Genre(
        12,
        "Kizomba",
        "kizomba",
        (84, 98),
        ("portuguese",),
        ("#3d1230", "#e9785b", "#f6c08a", "#8d2f52", "#fbe7d3"),
    ),
    Genre(
        13,
        "Afro Trap",
        "afro-trap",
        (130, 146),
        ("french", "wolof", "english"),
        ("#17171c", "#f29f3d", "#b3352f", "#8f8a80", "#efe4cf"),
    ),
    Genre(
        14,
        "Alté",
        "alte",
        (84, 104),
        ("pidgin", "english", "yoruba"),
        ("#2b2a4a", "#f3a6a0", "#e9c46a", "#7fb7a3", "#f7ead8"),
    ),
    Genre(
        15,
        "Kwaito",
        "kwaito",
        (98, 112),
        ("zulu", "sotho"),
        ("#1f3a2d", "#f6b042", "#d6502f", "#101812", "#f1e3c6"),
    ),
    Genre(
        16,
        "Soukous",
        "soukous",
        (120, 140),
        ("lingala", "french"),
        ("#0b4036", "#f9c846", "#e9573f", "#2b9c7f", "#fdf3db"),
    ),
    Genre(
        17,
        "Mbalax",
        "mbalax",
        (104, 124),
        ("wolof", "french"),
        ("#44210f", "#f0a832", "#2c8c5a", "#e05a33", "#f7e8ca"),
    ),
    Genre(
        18,
        "Ethio-Jazz",
        "ethio-jazz",
        (90, 112),
        ("amharic", "english"),
        ("#23301a", "#e3b23c", "#a23b2a", "#5e8c4a", "#f3e6c8"),
    ),
    Genre(
        19,
        "Gnawa Fusion",
        "gnawa-fusion",
        (96, 118),
        ("arabic", "tifinagh", "french"),
        ("#10294f", "#e9a23b", "#c44a2c", "#2f8fa3", "#f6ead2"),
    ),
)

BY_ID = {genre.id: genre for genre in GENRES}
BY_SLUG = {genre.slug: genre for genre in GENRES}
