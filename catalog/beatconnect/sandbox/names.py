"""Invented titles and producer names, out of everyday words of the languages each genre is sung in."""

from random import Random

_WORDS: dict[str, tuple[str, ...]] = {
    "zulu": (
        "Imvula", "Ubusuku", "Inyanga", "Umoya", "Isigubhu", "Ithemba", "Ikhaya", "Ilanga", "Umhlaba",
        "Izinkanyezi", "Umgwaqo", "Isiphepho", "Thula", "Woza Lapha", "Hamba Kahle", "Umcimbi", "Ekasi",
        "Egoli", "Ethekwini", "Ngomso", "Phakade", "Intaba", "Ulwandle", "Umlilo",
    ),
    "sotho": (
        "Pula", "Lerato", "Khotso", "Bosiu", "Letsatsi", "Naledi", "Tsela", "Mamela", "Thaba",
        "Moya", "Lehlabula",
    ),
    "yoruba": (
        "Ìfẹ́", "Ayọ̀", "Òru", "Oòrùn", "Òṣùpá", "Ọjà", "Àlàáfíà", "Ìrìn Àjò", "Orin", "Ijó", "Ẹ̀rín",
        "Ìrọ̀lẹ́", "Òjò",
    ),
    "igbo": ("Obi", "Ụtụtụ", "Egwu", "Anyanwụ", "Ndụ", "Mmiri", "Ịhụnanya", "Abalị", "Ụwa", "Ọñụ"),
    "pidgin": (
        "No Wahala", "Small Small", "Body Dey", "Leave Am So", "Enter Traffic", "Gbedu Season",
        "Light Don Come", "Soft Landing", "Shayo Hour", "Carry Go", "E Sweet Me", "Oya Now",
    ),
    "swahili": (
        "Usiku", "Bahari", "Mwezi", "Jua Kali", "Safari", "Upepo", "Nyota", "Moyo", "Pole Pole",
        "Mvua ya Kwanza", "Mtaani", "Ndoto", "Tabasamu", "Asubuhi", "Kisiwa", "Mawimbi", "Sauti ya Mji",
        "Twende", "Pwani", "Radi",
    ),
    "portuguese": (
        "Saudade", "Maré Alta", "Noite Quente", "Chuva de Abril", "Lua Cheia", "Madrugada", "Beira-Mar",
        "Poeira", "Cacimbo", "Areia Vermelha", "Coração Leve", "Sem Pressa", "Vem Cá", "Ilha do Vento",
        "Mão na Mão", "Trovão",
    ),
    "french": (
        "Nuit Blanche", "Poussière d'Or", "Soleil Couchant", "Sans Retour", "Marché de Nuit",
        "Bord de Lagune", "Demain Matin", "Première Pluie", "Taxi Jaune", "Couleur Bissap",
        "Ça Va Aller", "Étoile Filante", "Latérite", "Fièvre", "Château d'Eau", "Été Indigo",
    ),
    "lingala": (
        "Bolingo", "Mokili", "Butu", "Sanza", "Mbula", "Esengo", "Motema", "Ebale", "Lobi", "Lelo",
        "Mboka", "Nzela", "Miziki", "Elengi",
    ),
    "twi": (
        "Ɔdɔ", "Anigyeɛ", "Anadwo", "Owia", "Nsuo", "Asase", "Sika", "Anɔpa", "Akwaaba", "Me Fie",
        "Daakye", "Abɔdeɛ",
    ),
    "wolof": ("Jamm", "Teranga", "Guddi", "Suba", "Géej", "Ngelaw", "Xarit", "Weer", "Jant", "Tàngoor"),
    "english": (
        "Harmattan", "Golden Hour", "Rooftop", "Coastline", "Paper Lanterns", "Night Bus",
        "Neon Market", "Slow Burn", "Red Dust", "Tin Roof Rain", "Palm Wine", "Low Tide", "Copper Sky",
        "Sugarcane", "Generator", "Power Cut", "Ember", "Mango Season", "Long Distance", "Backroads",
        "Heatwave", "Afterglow", "Velvet Hour", "Rain Check",
    ),
    "amharic": (
        "ሰላም", "ናፍቆት", "የሌሊት ዜማ", "ፀሐይ", "አዲስ ቀን", "ፍቅር", "ዝናብ", "Tizita Blue", "Bunna",
        "Meskel Square",
    ),
    "arabic": ("ليل الصحراء", "نسيم", "قمر", "طريق البحر", "Riḥ", "Sahra", "Lila", "Qamar", "Medina Blue"),
    "tifinagh": ("ⴰⵣⵓⵍ", "ⵜⴰⴼⵓⴽⵜ", "ⴰⴷⵔⴰⵔ", "Tafukt", "Adrar", "Aman", "Itri"),
}  # fmt: skip
_RARE = (
    "ߒߞߏ",
    "ߝߐߟߌ",
    "🔥 Fever 🔥",
    "Sunset 🌅",
    "💃🏾 Two Step",
    "ሌሊት / Night",
    "قمر (Moon)",
    "ⵉⵟⵔⵉ",
    "Ńdụ̀ 🌍",
    "<3 & More",
)
_TURNS = (
    "Groove",
    "Session",
    "Nights",
    "Bounce",
    "Drift",
    "Riddim",
    "Interlude",
    "Dub",
    "Anthem",
    "Theory",
    "2AM",
    "Pt. 2",
)
_IN = {"french": "à", "portuguese": "em", "english": "in", "pidgin": "for"}
PLACES = (
    ("Johannesburg", "South Africa"), ("Durban", "South Africa"), ("Soweto", "South Africa"),
    ("Gqeberha", "South Africa"), ("Lagos", "Nigeria"), ("Ibadan", "Nigeria"), ("Enugu", "Nigeria"),
    ("Accra", "Ghana"), ("Kumasi", "Ghana"), ("Nairobi", "Kenya"), ("Mombasa", "Kenya"),
    ("Dar es Salaam", "Tanzania"), ("Zanzibar", "Tanzania"), ("Luanda", "Angola"),
    ("Benguela", "Angola"), ("Maputo", "Mozambique"), ("Praia", "Cabo Verde"), ("Kinshasa", "DR Congo"),
    ("Lubumbashi", "DR Congo"), ("Brazzaville", "Congo"), ("Abidjan", "Côte d'Ivoire"),
    ("Bouaké", "Côte d'Ivoire"), ("Dakar", "Senegal"), ("Saint-Louis", "Senegal"), ("Bamako", "Mali"),
    ("Douala", "Cameroon"), ("Addis Ababa", "Ethiopia"), ("Essaouira", "Morocco"), ("Kigali", "Rwanda"),
    ("Kampala", "Uganda"),
)  # fmt: skip
_FIRST = (
    "Thabiso", "Zanele", "Kwabena", "Adaeze", "Tunde", "Wanjiru", "Juma", "Neema", "Tchissola",
    "Aminata", "Moussa", "Koffi", "Mireille", "Selam", "Dawit", "Yasmine", "Idir", "Lerato", "Sipho",
    "Efua", "Yaw", "Ngozi", "Chidi", "Akinyi", "Baraka", "Djamila", "Fatou", "Ousmane", "Tapiwa",
    "Chipo", "Keza", "Nandi", "Élodie", "João", "Inês", "Ọlá", "Makena", "Sékou", "Béa", "DJ Ntsiki",
    "DJ Kassa", "MC Tamu", "Lindo", "Zawadi",
)  # fmt: skip
_SECOND = (
    "Lowveld", "Nightbus", "Copperline", "Sixways", "Tinroof", "Redsoil", "Ninth Floor", "Lagoonside",
    "Kilowatt", "Saltflats", "of the Delta", "Mangrove", "Longtable", "Palmtree", "Quarterdeck",
    "Bluewash", "Drumline", "Backyard", "Voltage", "Baobab Room", "Sundown", "Riverine", "Mbizi",
    "Cassette", "Tramline", "Sorghum", "Kora Kora", "Topline",
)  # fmt: skip
BIOS = (
    "Makes beats in {city} between two power cuts. Log drums, live percussion and a lot of patience.",
    "Bedroom producer from {city}. Every kit is recorded, never downloaded.",
    "Composes for singers and dancers in {city}; open for custom work.",
    "Raised on the market sound systems of {city}. Half tradition, half drum machine.",
    "Ingénieur du son à {city}, la nuit plutôt que le jour.",
    "Produtor em {city}. Guitarras, cordas e muito sub.",
    "Natengeneza midundo kutoka {city}. Karibu sana.",
)
KEYS = tuple(
    f"{tonic} {mode}"
    for mode in ("minor", "major")
    for tonic in ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
)


def title(rng: Random, tongues: tuple[str, ...]) -> str:
    """Invent a title in one of the genre's languages."""
    dice = rng.random()
    if dice < 0.025:
        return rng.choice(_RARE)
    tongue = rng.choice(tongues)
    word = rng.choice(_WORDS[tongue])
    if dice < 0.4:
        return word
    if dice < 0.66:
        return f"{word} {rng.choice(_TURNS)}"
    if dice < 0.88:
        link = _IN.get(tongue)
        city = rng.choice(PLACES)[0]
        return f"{word} {link} {city}" if link else f"{word} ({city})"
    return f"{word} / {rng.choice(_WORDS[tongue])}"


def producer_names(rng: Random, count: int) -> list[str]:
    """Return `count` different names (at most 1,200)."""
    pairs = [f"{first} {second}" for first in _FIRST for second in _SECOND]
    return rng.sample(pairs, count)
