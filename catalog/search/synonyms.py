"""Other names that listeners use for genres, and words that say nothing about a beat.

Written folded and without spaces ("bongo flava" is "bongoflava"), so that it doesn't matter where one puts them. A name
on the right that no genre has is simply not found.
"""

GENRE_NAMES: dict[str, tuple[str, ...]] = {
    "afrobeat": ("afrobeats",),
    "afrobeats": ("afrobeat",),
    "afropop": ("afrobeats", "afrobeat"),
    "afrofusion": ("afrobeats", "alte"),
    "naija": ("afrobeats", "alte"),
    "nigerian": ("afrobeats", "alte", "highlife"),
    "piano": ("amapiano",),
    "pianos": ("amapiano",),
    "yanos": ("amapiano",),
    "yano": ("amapiano",),
    "logdrum": ("amapiano",),
    "bacardi": ("amapiano",),
    "qgom": ("gqom",),
    "igqomu": ("gqom",),
    "bongo": ("bongoflava",),
    "bongofleva": ("bongoflava",),
    "bongofleiva": ("bongoflava",),
    "tanzanian": ("bongoflava", "singeli"),
    "housemusic": ("afrohouse",),
    "deephouse": ("afrohouse",),
    "afrodeep": ("afrohouse",),
    "afrotech": ("afrohouse",),
    "trap": ("afrotrap",),
    "drill": ("afrotrap", "afrodrill"),
    "rap": ("afrotrap", "hiphop"),
    "hiphop": ("afrotrap", "hiphop"),
    "kenyan": ("gengetone",),
    "genge": ("gengetone",),
    "gengeton": ("gengetone",),
    "decale": ("coupedecale",),
    "cd": ("coupedecale",),
    "kuduru": ("kuduro",),
    "angolan": ("kuduro", "kizomba"),
    "zouk": ("kizomba",),
    "tarraxinha": ("kizomba",),
    "ghettozouk": ("kizomba",),
    "rumba": ("soukous", "ndombolo"),
    "congolese": ("soukous", "ndombolo"),
    "lingala": ("soukous", "ndombolo"),
    "ghanaian": ("highlife",),
    "ghana": ("highlife",),
    "hilife": ("highlife",),
    "azonto": ("highlife", "afrobeats"),
    "senegalese": ("mbalax",),
    "mbalakh": ("mbalax",),
    "ethiopian": ("ethiojazz",),
    "habesha": ("ethiojazz",),
    "gnaoua": ("gnawafusion", "gnawa"),
    "gnawa": ("gnawafusion",),
    "moroccan": ("gnawafusion", "gnawa"),
    "alternative": ("alte",),
}

# Left out where that finds more: "amapiano type beat in the key of C minor" asks for no beat that is called so.
FILLERS = frozenset(
    "an and beat beats by for free in instrumental instrumentals key of on the type with".split()  # noqa: SIM905
)
