"""Contexts that take its meaning away from a word: a street named after it, a surname, a thing that it describes."""

from collections.abc import Sequence

from palier.screening.rules.words import Word, folded


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_STREETS = _set(
    "rue r avenue av ave boulevard bd bld boul place pl impasse imp allee allees all square sq quai cite residence res"
    " villa passage ruelle chemin ch cours route rte station arret metro tram tramway lycee college ecole gare stade"
    " gymnase groupe hameau faubourg fbg fg sentier sente esplanade rond point pont parc jardin mail voie venelle"
    " montee cote traverse galerie cour lotissement clos zac quartier secteur tour immeuble batiment bat"
    " foyer centre salle maison hotel caserne hopital clinique eglise chapelle cathedrale cimetiere"
)
# Between « rue » and the name that it bears.
_LINKS = _set(
    "de du des la le les l d a au aux en et saint sainte st ste docteur dr colonel col general gal marechal president"
    " abbe pere soeur frere notre dame bons bonnes petit petite petits petites grand grande vieux vieille haute bas"
    " basse neuve ancien ancienne cure professeur pr capitaine commandant lieutenant palais"
)
_TITLES = _set(
    "m mr mme mlle mlles mmes mm monsieur madame mademoiselle melle famille fam chez consorts epoux succession"
    " quittance bail bal rdv edl compte locataire cotitulaire titulaire maitre me docteur dr entreprise ets sarl"
    " societe cabinet sas"
)
# Between a title and the name.
_PARTICLES = _set("le la les de du des d l van von ben el al")
_NEAR = 4
_FAR = 7
# What stops looking for a thing: someone is spoken of.
_SOMEONE = _set(
    "il elle ils elles lui leur leurs son sa ses qui que chez avec par car m mr mme mlle monsieur madame locataire"
    " locataires occupant occupante occupants voisin voisine voisins mari femme fils fille mere pere famille gardien"
    " gardienne agent dame homme type mec gars jeune jeunes enfant enfants couple personne gens client cliente individu"
    " on nous moi me ce cet et mais dit signale demande veut refuse"
)
_LINKING = _set(
    "est sont etait etaient reste restent trop tres un une peu bien assez completement totalement devenu devenue"
    " vraiment toujours encore deja semble parait tout toute plus moins aussi si"
)


class Guards:
    """The guards, with the words that name things."""

    def __init__(self, things: frozenset[str]) -> None:
        self._things = things

    def is_street(self, words: Sequence[Word], first: int) -> bool:
        """Whether the word at `first` is (part of) a place's name: « rue des Martyrs », « rue Karl Marx »."""
        rank = first
        proper = 0
        while rank > 0 and first - rank < 5:
            if words[rank].cut:
                return False
            rank -= 1
            word = folded(words[rank].raw)
            if word in _STREETS:
                return (
                    rank + 1 < first
                    or words[first].raw[:1].isupper()
                    or (first - rank == 1 and word in ("rue", "place"))
                )
            if word not in _LINKS:
                proper += 1
                if proper > 2 or not words[rank].raw[:1].isupper():
                    return False
        return False

    def is_surname(self, words: Sequence[Word], first: int, *, capitals: bool) -> bool:
        """Whether the word at `first` is someone's name: « Mme Cancer », « M. Sourd », « DIEU Sylvie »."""
        raw = words[first].raw
        if capitals or not raw[:1].isupper():
            return False
        if _shouted_name(words, first):
            return True
        rank = first
        while rank > 0 and first - rank < 3:
            if words[rank].cut:
                return False
            rank -= 1
            before = words[rank].raw
            if folded(before) in _TITLES:
                return True
            if not (before[:1].isupper() or before.isdigit() or folded(before) in _PARTICLES):
                return False
            if before.isdigit() and rank > 0 and folded(words[rank - 1].raw) == "lot":
                return True
        return False

    def is_thing(self, words: Sequence[Word], first: int, *, far: bool) -> bool:
        """Whether what comes just before is a thing: « porte aveugle », « la chaudière est folle ».

        `far`: anything may stand between, unless it speaks of someone.
        """
        rank = first
        while rank > 0 and first - rank < (_FAR if far else _NEAR):
            if words[rank].cut:
                return False
            rank -= 1
            word = folded(words[rank].raw)
            if word in self._things or (word[-1:] in "sx" and word[:-1] in self._things):
                return True
            if word in _SOMEONE or not (far or word in _LINKING):
                return False
        return False


def _shouted_name(words: Sequence[Word], first: int) -> bool:
    raw = words[first].raw
    if len(raw) < 3 or not raw.isupper() or first + 1 >= len(words):
        return False
    after = words[first + 1]
    return not after.cut and after.raw[:1].isupper() and after.raw[1:2].islower() and len(after.raw) > 3
