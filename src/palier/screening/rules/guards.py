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
# The titles that only a name follows, whatever its case, when what comes next tells of a step of management.
# What a name with one capital follows, but an acronym too.
_BEFORE_NAMES = _set("saint sainte st ste dossier contact candidat candidate signature sortant entrant ent entr")
_CIVIL = _set("m mr mme mlle monsieur madame mademoiselle melle")
_FIRMS = _set("ent entr entreprise ste societe sarl ets sas cabinet plombier serrurier peintre artisan")
_STEPS = _set(
    "nom rendu rend rendra absent absente dde dem signale attend conteste passe passera rappele rappeler rappelle recu"
    " recoit signe part depart parti partie emmenage conge preavis rdv edl lot bat appt apt rdc bail badge cle cles"
    " quittance fuite ok prevenu prevenue informe informee souhaite transmet envoie depose"
)
# Given names that are also words of the lexicons: written with one capital, they name.
_GIVEN = _set(
    "marie rose baptiste etienne jesus aime desire fidele modeste innocent violette olive constant christian christiane"
    " clemence prosper ange madeleine israel abel medard pascal noel benoit dominique blanche claire angele celeste"
    " barbara germaine gay lourdes guillain charlot tourette hansen parkinson marceau moise rabbi"
)
# Between a title and the name.
_PARTICLES = _set("le la les de du des d l van von ben el al")
_NEAR = 4
_FAR = 7
_AFTER = 4
# « porte un appareil », « marche avec une canne »: the thing's name is a verb.
_VERBS_TOO = _set("porte marche table joint signal")
_AFTER_VERB = _set("un une des son sa ses le la les l avec sans mal plus pas difficilement toujours qu ne")
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
    """The guards, with the words that name things, and those said of things as well as of people (`both`)."""

    def __init__(self, things: frozenset[str], both: frozenset[str]) -> None:
        self._things = things
        self._both = both

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
        if _managed_name(words, first):
            return True
        if capitals or not raw[:1].isupper():
            return False
        if _shouted_name(words, first) or (folded(raw) in _GIVEN and not raw.isupper()):
            return True
        rank = first
        while rank > 0 and first - rank < 3:
            if words[rank].cut:
                return False
            rank -= 1
            before = words[rank].raw
            if folded(before) in _TITLES or (folded(before) in _BEFORE_NAMES and not raw.isupper()):
                return True
            if not (before[:1].isupper() or before.isdigit() or folded(before) in _PARTICLES):
                return False
            if before.isdigit() and rank > 0 and folded(words[rank - 1].raw) == "lot":
                return True
        return False

    def is_titled(self, words: Sequence[Word], rank: int) -> bool:
        """Whether the word at `rank` follows « M. » or « Mme »."""
        return rank > 0 and not words[rank].cut and folded(words[rank - 1].raw) in _CIVIL

    def is_thing(self, words: Sequence[Word], first: int, *, far: bool) -> bool:
        """Whether what comes just before or after is a thing: « porte aveugle », « la chaudière est folle ».

        `far`, and for the words said of both: anything may stand between, unless it speaks of someone.
        """
        either = folded(words[first].raw) in self._both
        return self._thing_before(words, first, far=far or either) or (either and self._thing_after(words, first))

    def _thing_before(self, words: Sequence[Word], first: int, *, far: bool) -> bool:
        rank = first
        while rank > 0 and first - rank < (_FAR if far else _NEAR):
            if words[rank].cut:
                return False
            rank -= 1
            word = folded(words[rank].raw)
            if word in _VERBS_TOO and folded(words[rank + 1].raw) in _AFTER_VERB:
                return False
            if self._names_thing(word):
                return True
            if word in _SOMEONE or not (far or word in _LINKING):
                return False
        return False

    def _thing_after(self, words: Sequence[Word], first: int) -> bool:
        for word in words[first + 1 : first + 1 + _AFTER]:
            plain = folded(word.raw)
            if word.cut or plain in _SOMEONE:
                return False
            if self._names_thing(plain):
                return True
        return False

    def _names_thing(self, word: str) -> bool:
        return word in self._things or (word[-1:] in "sx" and word[:-1] in self._things)


def _managed_name(words: Sequence[Word], first: int) -> bool:
    """« MME DROGUET RENDU CLES », « mr sourd (nom) », « BOITEUX (ENT.) » ."""
    after = folded(words[first + 1].raw) if first + 1 < len(words) else ""
    if words[first].raw[:1].isupper() and first + 1 < len(words) and words[first + 1].cut and after in _FIRMS:
        return True
    if first == 0 or words[first].cut:
        return False
    before = folded(words[first - 1].raw)
    if before in _FIRMS or (first > 1 and folded(words[first - 2].raw) in _FIRMS and words[first].raw.isupper()):
        return words[first].raw[:1].isupper()
    return before in _CIVIL and after in _STEPS


def _shouted_name(words: Sequence[Word], first: int) -> bool:
    raw = words[first].raw
    if len(raw) < 3 or not raw.isupper() or first + 1 >= len(words):
        return False
    after = words[first + 1]
    return not after.cut and after.raw[:1].isupper() and after.raw[1:2].islower() and len(after.raw) > 3
