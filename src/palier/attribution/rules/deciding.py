"""What makes one of the five decisions of CCH R441-3 valid, and what a whole item must hold before the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from palier.attribution.rules.voting import Count
from palier.attribution.rules.words import DECISIONS, EXCEPTIONS, REFUSAL_MOTIVES
from palier.foundation.errors import Refusal

ALLOCATING: Final = ("ATTRIBUTION", "ATTRIBUTION_RANG", "ATTRIBUTION_CONDITION")
REFUSING: Final = ("NON_ATTRIBUTION", "IRRECEVABILITE")
# The only legal grounds of an inadmissibility: the ceiling, the regularity of stay (CCH R441-1).
_INADMISSIBLE: Final = ("PLAFOND", "SEJOUR")


class NotADecision(Refusal):
    """La décision est une des cinq du code (CCH, R441-3) : choisissez-la dans la liste."""


class RankMissing(Refusal):
    """{pseudonym} : une attribution porte un rang, à partir de 1."""


class RankNotAsked(Refusal):
    """{pseudonym} : un rang ne se donne qu’avec une attribution."""


class ConditionIncomplete(Refusal):
    """{pseudonym} : une attribution sous condition nomme une pièce de la liste limitative et une date après la
    séance."""


class MotiveMissing(Refusal):
    """{pseudonym} : une non-attribution ou un rejet porte un motif de la liste fermée."""


class MotiveNotAsked(Refusal):
    """{pseudonym} : un motif ne se donne qu’avec une non-attribution ou un rejet."""


class MixedAlone(Refusal):
    """{pseudonym} : la mixité sociale n’est jamais le seul motif, ajoutez celui qui l’accompagne."""


class GroundNotEstablished(Refusal):
    """{pseudonym} : un rejet pour irrecevabilité n’est prononcé que si le dossier l’établit : ressources au-dessus du
    plafond le plus haut (PLS), ou séjour non régulier. Ici, il ne l’établit pas : refusez ce logement-ci."""


class NotAGroundOfInadmissibility(Refusal):
    """{pseudonym} : un rejet pour irrecevabilité n’a que deux motifs : le plafond de ressources, la régularité du
    séjour. Pour tout autre motif, décidez une non-attribution."""


class VoteAgainst(Refusal):
    """{pseudonym} : les votes enregistrés ne portent pas cette décision."""


class NotAdmissibleHere(Refusal):
    """{pseudonym} : sa fiche dit « non recevable » pour ce logement (plafond ou séjour). Ne le lui attribuez pas, ou
    attribuez sous condition d’une pièce qui prouve le contraire. Une dérogation du préfet se tient hors de Palier."""


class TieNotSettled(Refusal):
    """{pseudonym} : les voix sont égales et la voix prépondérante ne s’est pas exprimée."""


class NotDecided(Refusal):
    """{pseudonym} : aucune décision. Décidez, ou renvoyez le logement à une autre séance."""


class RanksBroken(Refusal):
    """{place} : les rangs se suivent depuis 1, sans trou ni doublon ; ils sont : {ranks}."""


class TwoAttributions(Refusal):
    """{place} : il n’a qu’une attribution simple, au premier rang ; les suivants sont attribués avec rang."""


class NobodyElseChosen(Refusal):
    """{pseudonym} : « un candidat plus prioritaire a été retenu » suppose qu’un autre candidat le soit."""


class TooFewCandidates(Refusal):
    """{place} : il faut au moins {least} candidats (CCH, R441-3) ; il y en a {found}. Tant que la séance se prépare,
    ajoutez-en ou dites l’exception légale sur la page de ce point ; ensuite, renvoyez-le à une autre séance."""


class ExceptionNotTrue(Refusal):
    """L’exception « {exception} » n’est pas établie par les fiches ou par le logement."""


class ExceptionUnknown(Refusal):
    """Cette exception n’est pas dans la liste du code (CCH, R441-3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Established:
    """What the file establishes of one candidate: empty is not known."""

    # Of the dwelling examined; then of the highest there is on its territory (PLS): only that one closes a demand.
    is_above_ceiling: bool | None
    stays_regularly: bool | None
    is_above_every_ceiling: bool = False
    is_dalo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A decision on one sheet, as it is typed."""

    kind: str
    rank: int | None = None
    condition_piece: str = ""
    condition_due_on: date | None = None
    motive: str = ""
    other_motive: str = ""
    precision: str = ""


def refuse_bad_verdict(
    verdict: Verdict, *, pseudonym: str, established: Established, held_on: date, pieces: Mapping[str, object]
) -> None:
    """What can be said of one decision alone. Raises the refusal that names what is missing or one too many."""
    if verdict.kind not in DECISIONS:
        raise NotADecision
    if verdict.kind in ALLOCATING:
        _refuse_bad_allocation(verdict, pseudonym, established)
    else:
        _refuse_bad_motive(verdict, pseudonym, established)
    _refuse_bad_condition(verdict, pseudonym, held_on, pieces)


def _refuse_bad_allocation(verdict: Verdict, pseudonym: str, established: Established) -> None:
    if verdict.rank is None or verdict.rank < 1:
        raise RankMissing(pseudonym=pseudonym)
    if verdict.motive or verdict.other_motive:
        raise MotiveNotAsked(pseudonym=pseudonym)
    # A piece that is missing may still prove the contrary: that is what a condition is for.
    if verdict.kind != "ATTRIBUTION_CONDITION" and (
        established.is_above_ceiling is True or established.stays_regularly is False
    ):
        raise NotAdmissibleHere(pseudonym=pseudonym)


def _refuse_bad_motive(verdict: Verdict, pseudonym: str, established: Established) -> None:
    if verdict.rank is not None:
        raise RankNotAsked(pseudonym=pseudonym)
    given = [verdict.motive, *([verdict.other_motive] if verdict.other_motive else [])]
    if not all(each in REFUSAL_MOTIVES for each in given) or len(set(given)) < len(given):
        raise MotiveMissing(pseudonym=pseudonym)
    if given == ["MIXITE"]:
        raise MixedAlone(pseudonym=pseudonym)
    if verdict.kind == "IRRECEVABILITE":
        if not all(each in _INADMISSIBLE for each in given):
            raise NotAGroundOfInadmissibility(pseudonym=pseudonym)
        shown = {"PLAFOND": established.is_above_every_ceiling, "SEJOUR": established.stays_regularly is False}
        if not all(shown[each] for each in given):
            raise GroundNotEstablished(pseudonym=pseudonym)


def _refuse_bad_condition(verdict: Verdict, pseudonym: str, held_on: date, pieces: Mapping[str, object]) -> None:
    due = verdict.condition_due_on
    if verdict.kind == "ATTRIBUTION_CONDITION":
        if verdict.condition_piece not in pieces or due is None or due <= held_on:
            raise ConditionIncomplete(pseudonym=pseudonym)
    elif verdict.condition_piece or due is not None:
        raise ConditionIncomplete(pseudonym=pseudonym)


def refuse_against_votes(verdict: Verdict, count: Count, *, pseudonym: str) -> None:
    """Where the commission voted, an allocation is what the voices carried. Raises VoteAgainst, TieNotSettled."""
    if count.votes_for + count.against + count.abstained == 0:
        return
    if count.carried is None:
        raise TieNotSettled(pseudonym=pseudonym)
    if (verdict.kind in ALLOCATING) is not count.carried:
        raise VoteAgainst(pseudonym=pseudonym)


def refuse_unfinished_item(verdicts: Mapping[str, Verdict | None], *, place: str = "Ce logement") -> None:
    """A whole item, by pseudonym: each decided, ranks in a row, one plain allocation at most.

    Raises NotDecided, RanksBroken, TwoAttributions, NobodyElseChosen.
    """
    decided: dict[str, Verdict] = {}
    for pseudonym, verdict in verdicts.items():
        if verdict is None:
            raise NotDecided(pseudonym=pseudonym)
        decided[pseudonym] = verdict
    chosen = [verdict for verdict in decided.values() if verdict.kind in ALLOCATING]
    ranks = sorted(verdict.rank or 0 for verdict in chosen)
    if ranks != list(range(1, len(chosen) + 1)):
        raise RanksBroken(place=place, ranks=", ".join(map(str, ranks)))
    plain = [verdict.rank for verdict in chosen if verdict.kind == "ATTRIBUTION"]
    if len(plain) > 1 or (plain and plain != [1]):
        raise TwoAttributions(place=place)
    for pseudonym, verdict in decided.items():
        if not chosen and "AUTRE_CANDIDAT" in (verdict.motive, verdict.other_motive):
            raise NobodyElseChosen(pseudonym=pseudonym)


def refuse_too_few(
    *, found: int, least: int, exception: str, any_dalo: bool, is_plai: bool, place: str = "Ce logement"
) -> None:
    """At least so many candidates, or the exception of the law, stated and true (CCH R441-3).

    Raises TooFewCandidates, ExceptionUnknown, ExceptionNotTrue.
    """
    if exception and exception not in EXCEPTIONS:
        raise ExceptionUnknown
    if exception == "DALO_PREFET" and not any_dalo:
        raise ExceptionNotTrue(exception=EXCEPTIONS[exception])
    if exception == "PLAI_ADAPTE" and not is_plai:
        raise ExceptionNotTrue(exception=EXCEPTIONS[exception])
    if found == 0 or (found < least and not exception):
        raise TooFewCandidates(place=place, least=least, found=found)
