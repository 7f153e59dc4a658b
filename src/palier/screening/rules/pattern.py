"""A lexicon's pattern: words, stems, alternatives and gaps, made into a search over the folded words of a text.

`word+` any of its plurals and feminines · `stem*` whatever follows · `a|b` either · `word?` perhaps · `=TS` in capitals
only · `_` any one word · `^` the start of a sentence · `..` up to three words · `...` up to six · `@class` any word of
a class.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from palier.screening.rules.words import folded

GAPS = {"..": 3, "...": 6}
_SUFFIX = "(?:e|s|es|x)?"
_ENDINGS = ("", "e", "s", "es", "x")
_SHORTEST_STEM = 4
# Words too frequent to start a search from.
_FREQUENT = (
    "a au aux de des du d l le la les un une en et est il elle ils elles on ne n pas plus se s sa son ses y c ce ca que"
    " qu qui pour par sur dans avec sans tout tous toute trop tres bien mal ou fait ete plein chez depuis deux trois"
    " jour jours mme mr mlle madame monsieur locataire locataires loc voisin voisine voisins gens dame famille gardien"
    " porte ascenseur ticket badge cle cles cave hall parking rue rdv demande dossier vient veut dit"
)
COMMON = frozenset(_FREQUENT.split())


class PatternFault(ValueError):
    """A pattern that cannot be read; its message is French."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """One way to fill a place of a pattern: a word, a stem, or capitals."""

    text: str
    stem: bool = False
    inflected: bool = False
    capitals: bool = False

    def regex(self) -> str:
        if self.capitals:
            return f"(?-i:{self.text.upper()})"
        # « beau-père » is two words of a text.
        words = self.text.replace("-", " ")
        if self.stem:
            return words + r"\w*"
        return words + (_SUFFIX if self.inflected else "")

    def words(self) -> tuple[str, ...]:
        """The words that it stands for, for a dictionary; none for a stem."""
        if self.stem:
            return ()
        if "-" in self.text:
            return (self.text.rpartition("-")[2],)
        return tuple(self.text + ending for ending in _ENDINGS) if self.inflected else (self.text,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place of a pattern: its atoms, or a gap of that many words at most (-1: exactly one word, any)."""

    atoms: tuple[Atom, ...] = ()
    gap: int = 0
    optional: bool = False
    first: bool = False

    def regex(self) -> str:
        if self.first:
            return r"(?:\A|(?<= \.))"
        if self.gap == -1:
            return r" \w+"
        if self.gap:
            return rf"(?: \w+){{0,{self.gap}}}?"
        body = "(?:" + "|".join(atom.regex() for atom in self.atoms) + ")(?!\\w)"
        return f"(?: {body})?" if self.optional else f" {body}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A pattern as read: a single place is a word, several a phrase."""

    source: str
    places: tuple[Place, ...]

    @property
    def single(self) -> bool:
        return len(self.places) == 1

    def regex(self) -> str:
        return "".join(place.regex() for place in self.places) + "(?= )"

    def needs(self) -> tuple[frozenset[str], ...]:
        """For each place that is not optional and holds no stem, the words of which a text must have one."""
        fixed = [place.atoms for place in self.places if place.atoms and not place.optional]
        return tuple(_words_of_place(atoms) for atoms in fixed if not any(atom.stem for atom in atoms))

    def anchors(self) -> tuple[Atom, ...]:
        """The atoms of the place by which a text is worth searching: the rarest, as far as its length tells."""
        fixed = [place for place in self.places if place.atoms and not place.optional]
        return max(fixed, key=_rarity).atoms


@cache
def _words_of_place(atoms: tuple[Atom, ...]) -> frozenset[str]:
    return frozenset(word for atom in atoms for word in atom.words())


def _rarity(place: Place) -> tuple[bool, bool, int]:
    empty = any(atom.text in COMMON for atom in place.atoms)
    return (not empty, len(place.atoms) < 40, min(len(atom.text) for atom in place.atoms))


def read_pattern(source: str, classes: Mapping[str, tuple[str, ...]]) -> Pattern:
    """Read a pattern, or raise PatternFault."""
    places = tuple(_place(part, classes) for part in source.split())
    if not any(place.atoms and not place.optional for place in places):
        raise PatternFault("il n’a aucun mot fixe")
    if len(places) == 1 and any(atom.stem and len(atom.text) < _SHORTEST_STEM for atom in places[0].atoms):
        raise PatternFault(f"le radical « {source} » est trop court (4 lettres au moins)")
    if places[0].gap > 0 or places[-1].gap > 0:
        raise PatternFault("il commence ou finit par un intervalle")
    return Pattern(source=source, places=places)


def _place(part: str, classes: Mapping[str, tuple[str, ...]]) -> Place:
    if part in GAPS:
        return Place(gap=GAPS[part])
    if part == "^":
        return Place(first=True)
    if part == "_":
        return Place(gap=-1)
    optional = part.endswith("?")
    atoms: list[Atom] = []
    for choice in part.removesuffix("?").split("|"):
        if choice.startswith("@"):
            members = classes.get(choice[1:])
            if members is None:
                raise PatternFault(f"la classe « {choice} » n’existe pas")
            atoms += [_atom(member) for member in members]
        else:
            atoms.append(_atom(choice))
    return Place(atoms=tuple(atoms), optional=optional)


# The same words come back in thousands of patterns.
@cache
def _atom(written: str) -> Atom:
    capitals = written.startswith("=")
    stem = written.endswith("*")
    inflected = written.endswith("+")
    text = folded(written.strip("=*+"))
    if not text.replace("-", "").isalnum():
        raise PatternFault(f"« {written} » n’est pas un mot")
    return Atom(text=text, stem=stem, inflected=inflected, capitals=capitals)
