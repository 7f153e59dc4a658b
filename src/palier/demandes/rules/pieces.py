"""The papers that may be asked of a household, and no other (CCH R441-2-4, arrêté du 22 décembre 2020): a closed list.

What may be asked follows from what was declared: each piece names its condition, and why it is asked is told in one
sentence. A piece that is not here can be neither asked nor uploaded. None says an illness.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from palier.demandes.rules.facts import Composition, Current, Facts, Path, Resources, Stay
from palier.foundation.errors import Refusal

ARRETE: Final = "arrêté du 22 décembre 2020, annexe"
# CCH R441-1, second rule of resources: a drop of ten per cent at least.
_KEPT_PERCENT: Final = 90


class Moment(StrEnum):
    """When a piece may be asked: the registration asks for the first ones alone."""

    REGISTRATION = "REGISTRATION"
    INSTRUCTION = "INSTRUCTION"


class Whose(StrEnum):
    """Whose paper it is: each adult's, that of each who is an adult or has income, or one for the household."""

    ADULT = "ADULT"
    EARNER = "EARNER"
    HOUSEHOLD = "HOUSEHOLD"


class NotOnTheList(Refusal):
    """Ce document n’est pas dans la liste limitative des pièces : il ne peut être ni demandé ni conservé."""


class NotForThisSituation(Refusal):
    """« {piece} » ne peut pas être demandé pour cette situation : la liste ne le permet que si {condition}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One member of the household, without a name; `received` are the codes of the resources declared for them."""

    adult: bool
    received: frozenset[str] = frozenset()
    # Neither recorded as French or of the Union, nor seen to stay regularly.
    stay_to_check: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the conditions look at. `person` is None for the pieces of the whole household."""

    facts: Facts
    person: Person | None = None

    def has_motive(self, *codes: str) -> bool:
        return any(stated.code in codes for stated in self.facts.motives)

    def has_priority(self, *codes: str) -> bool:
        return any(stated.code in codes for stated in self.facts.priorities)

    def receives(self, *codes: str) -> bool:
        return self.person is not None and bool(self.person.received & set(codes))

    def lives(self, *codes: str) -> bool:
        return self.facts.current.housing in codes


def _resources_fell(known: Known) -> bool:
    held = known.facts.resources
    if held.n2_cents is None:
        return False
    later = [cents for cents in (held.n1_cents, held.last_12_months_cents) if cents is not None]
    return any(100 * cents <= _KEPT_PERCENT * held.n2_cents for cents in later)


def _violence(known: Known) -> bool:
    return known.has_motive("VIOLENCES") or known.has_priority("VIOLENCES", "VIOL")


def _eviction(known: Known) -> bool:
    return known.has_motive("PROCEDURE_EXPULSION") or known.has_priority("EXPULSION")


def _unfit(known: Known) -> bool:
    return known.has_motive("LOGEMENT_INDIGNE") or known.has_priority("HABITAT_INDIGNE")


def _handicap(known: Known) -> bool:
    return bool(known.facts.needs) or known.has_motive("HANDICAP") or known.has_priority("HANDICAP")


class Condition(StrEnum):
    """What must have been declared for a piece to be asked."""

    ALWAYS = "ALWAYS"
    STAY_NOT_ESTABLISHED = "STAY_NOT_ESTABLISHED"
    RESOURCES_FELL = "RESOURCES_FELL"
    COUPLE = "COUPLE"
    DEPENDANTS = "DEPENDANTS"
    CUSTODY = "CUSTODY"
    UNBORN = "UNBORN"
    SEPARATION = "SEPARATION"
    VIOLENCE = "VIOLENCE"
    WAGES = "WAGES"
    PENSION = "PENSION"
    UNEMPLOYMENT = "UNEMPLOYMENT"
    BENEFITS = "BENEFITS"
    ALIMONY = "ALIMONY"
    GRANT = "GRANT"
    TENANT = "TENANT"
    HOSTED = "HOSTED"
    HOSTED_IN_CENTRE = "HOSTED_IN_CENTRE"
    HOMELESS = "HOMELESS"
    OWNER = "OWNER"
    EVICTION = "EVICTION"
    DEMOLITION = "DEMOLITION"
    UNFIT = "UNFIT"
    HANDICAP = "HANDICAP"
    JOB_MOVE = "JOB_MOVE"
    CHILD_CARER = "CHILD_CARER"
    FAMILY_REUNION = "FAMILY_REUNION"


# Each condition: its predicate, and its sentence, also said after « que si ».
CONDITIONS: Final[Mapping[Condition, tuple[Callable[[Known], bool], str]]] = {
    Condition.ALWAYS: (lambda known: known.facts is not None, "toute demande la comporte"),
    Condition.STAY_NOT_ESTABLISHED: (
        lambda known: known.facts.stay is not Stay.REGULAR and (known.person is None or known.person.stay_to_check),
        "la régularité du séjour de cet adulte reste à vérifier",
    ),
    Condition.RESOURCES_FELL: (_resources_fell, "les ressources déclarées ont baissé d’au moins 10 %"),
    Condition.COUPLE: (lambda known: known.facts.composition.spouses, "un couple est déclaré"),
    Condition.DEPENDANTS: (
        lambda known: known.facts.composition.dependants > 0,
        "des personnes à charge sont déclarées",
    ),
    Condition.CUSTODY: (
        lambda known: known.facts.composition.shared_custody + known.facts.composition.visiting > 0,
        "une garde alternée ou un droit de visite est déclaré",
    ),
    Condition.UNBORN: (lambda known: known.facts.composition.unborn > 0, "un enfant à naître est déclaré"),
    Condition.SEPARATION: (lambda known: known.has_motive("DIVORCE"), "une séparation est déclarée"),
    Condition.VIOLENCE: (_violence, "des violences ou une menace sont déclarées"),
    Condition.WAGES: (lambda known: known.receives("SAL"), "un revenu d’activité est déclaré"),
    Condition.PENSION: (
        lambda known: known.receives("RET", "PINV", "AMV"),
        "une retraite ou une pension est déclarée",
    ),
    Condition.UNEMPLOYMENT: (lambda known: known.receives("CHO"), "une allocation de chômage est déclarée"),
    Condition.BENEFITS: (
        lambda known: known.receives("AF", "AAH", "AEEH", "AJPP", "RSA", "PAJE"),
        "des prestations sociales sont déclarées",
    ),
    Condition.ALIMONY: (lambda known: known.receives("PAR"), "une pension alimentaire est déclarée"),
    Condition.GRANT: (lambda known: known.receives("BE"), "une bourse d’étudiant est déclarée"),
    Condition.TENANT: (
        lambda known: (
            known.lives("LOCATAIRE_PRIVE", "LOCATAIRE_HLM", "RESIDENCE_ETUDIANT", "SOUS_LOCATAIRE")
            # A transfer is asked of the landlord, who holds the lease already.
            and known.facts.path is not Path.TRANSFER
        ),
        "une location chez un autre bailleur est déclarée",
    ),
    Condition.HOSTED: (
        lambda known: known.lives("HEBERGE_PARENTS", "HEBERGE_TIERS", "LOGE_GRATUIT"),
        "un hébergement par un particulier est déclaré",
    ),
    Condition.HOSTED_IN_CENTRE: (
        lambda known: known.lives("HEBERGE_STRUCTURE", "RESIDENCE_SOCIALE"),
        "un hébergement en structure ou en foyer est déclaré",
    ),
    Condition.HOMELESS: (
        lambda known: known.lives("SANS_ABRI", "HOTEL", "SQUAT"),
        "l’absence de logement est déclarée",
    ),
    Condition.OWNER: (
        lambda known: known.lives("PROPRIETAIRE", "COPROPRIETE_DEGRADEE"),
        "un logement possédé est déclaré",
    ),
    Condition.EVICTION: (_eviction, "une procédure d’expulsion est déclarée"),
    Condition.DEMOLITION: (lambda known: known.has_motive("DEMOLITION"), "une démolition est déclarée"),
    Condition.UNFIT: (_unfit, "un logement non décent, insalubre ou dangereux est déclaré"),
    Condition.HANDICAP: (_handicap, "un besoin d’adaptation du logement est déclaré"),
    Condition.JOB_MOVE: (
        lambda known: known.has_motive("MOBILITE_PROFESSIONNELLE", "RAPPROCHEMENT_TRAVAIL"),
        "une mobilité professionnelle ou un rapprochement du travail est déclaré",
    ),
    Condition.CHILD_CARER: (
        lambda known: known.has_motive("ASSISTANT_FAMILIAL"),
        "un métier d’assistant maternel ou familial est déclaré",
    ),
    Condition.FAMILY_REUNION: (
        lambda known: known.has_motive("REGROUPEMENT_FAMILIAL"),
        "un regroupement familial est déclaré",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceType:
    """One line of the list. `max_age_months` counts from the day the paper was made, when the list sets an age."""

    code: str
    label: str
    moment: Moment
    whose: Whose
    condition: Condition
    required: bool = False
    max_age_months: int | None = None
    reference: str = ARRETE


@dataclass(frozen=True, slots=True, kw_only=True)
class Askable:
    """A piece that may be asked now, and why, in one sentence."""

    piece: PieceType
    why: str


def may_be_asked(facts: Facts, person: Person | None, *, moment: Moment) -> list[Askable]:
    """The pieces of that person, or of the household when None, that the list allows for what was declared."""
    known = Known(facts=facts, person=person)
    return [
        Askable(piece=piece, why=f"Permis ici\u00a0: {CONDITIONS[piece.condition][1]} ({piece.reference}).")
        for piece in PIECES.values()
        if _concerns(piece, person) and _is_time(piece, moment) and CONDITIONS[piece.condition][0](known)
    ]


def asked_for(code: str, facts: Facts, person: Person | None, *, moment: Moment) -> Askable:
    """The same for one code. Raises NotOnTheList, NotForThisSituation."""
    piece = PIECES.get(code)
    if piece is None:
        raise NotOnTheList
    found = [each for each in may_be_asked(facts, person, moment=moment) if each.piece is piece]
    if not found:
        raise NotForThisSituation(piece=piece.label, condition=CONDITIONS[piece.condition][1])
    return found[0]


def _concerns(piece: PieceType, person: Person | None) -> bool:
    if person is None:
        return piece.whose is Whose.HOUSEHOLD
    earns = person.adult or bool(person.received)
    return (piece.whose is Whose.ADULT and person.adult) or (piece.whose is Whose.EARNER and earns)


def _is_time(piece: PieceType, moment: Moment) -> bool:
    return piece.moment is Moment.REGISTRATION or moment is Moment.INSTRUCTION


def _asked(
    code: str, label: str, whose: Whose, condition: Condition, *, required: bool = False, age: int | None = None
) -> PieceType:
    """A piece of the instruction."""
    return PieceType(
        code=code,
        label=label,
        moment=Moment.INSTRUCTION,
        whose=whose,
        condition=condition,
        required=required,
        max_age_months=age,
    )


_LIST: Final = (
    PieceType(
        code="IDENTITE",
        label="pièce d’identité",
        moment=Moment.REGISTRATION,
        whose=Whose.ADULT,
        condition=Condition.ALWAYS,
        required=True,
    ),
    PieceType(
        code="SEJOUR",
        label="titre de séjour en cours de validité",
        moment=Moment.REGISTRATION,
        whose=Whose.ADULT,
        condition=Condition.STAY_NOT_ESTABLISHED,
        required=True,
        reference=f"{ARRETE}\u00a0; CCH R441-1",
    ),
    _asked("AVIS_N2", "avis d’imposition de l’avant-dernière année", Whose.EARNER, Condition.ALWAYS, required=True),
    _asked("AVIS_N1", "avis d’imposition de l’année dernière", Whose.EARNER, Condition.RESOURCES_FELL),
    _asked("REVENUS_12_MOIS", "justificatifs des douze derniers mois", Whose.EARNER, Condition.RESOURCES_FELL),
    _asked("MARIAGE_PACS", "livret de famille ou attestation de pacs", Whose.HOUSEHOLD, Condition.COUPLE),
    _asked("LIVRET_FAMILLE", "livret de famille", Whose.HOUSEHOLD, Condition.DEPENDANTS),
    _asked("GARDE", "jugement ou accord sur la résidence des enfants", Whose.HOUSEHOLD, Condition.CUSTODY),
    _asked("GROSSESSE", "attestation de grossesse", Whose.HOUSEHOLD, Condition.UNBORN),
    _asked("SEPARATION", "jugement, ordonnance ou fin de pacs", Whose.HOUSEHOLD, Condition.SEPARATION),
    _asked(
        "PROTECTION",
        "ordonnance de protection, récépissé de plainte ou attestation d’association",
        Whose.HOUSEHOLD,
        Condition.VIOLENCE,
    ),
    _asked("CONTRAT_TRAVAIL", "contrat de travail ou attestation de l’employeur", Whose.ADULT, Condition.WAGES),
    _asked("BULLETINS_SALAIRE", "trois derniers bulletins de salaire", Whose.ADULT, Condition.WAGES, age=3),
    _asked("PENSION", "notification de retraite ou de pension", Whose.ADULT, Condition.PENSION),
    _asked("CHOMAGE", "avis de paiement de l’allocation de chômage", Whose.ADULT, Condition.UNEMPLOYMENT),
    _asked("PRESTATIONS", "notification de la CAF ou de la MSA", Whose.ADULT, Condition.BENEFITS),
    _asked("PENSION_ALIMENTAIRE", "jugement fixant la pension alimentaire", Whose.ADULT, Condition.ALIMONY),
    _asked("BOURSE", "avis d’attribution de bourse", Whose.ADULT, Condition.GRANT),
    _asked("BAIL_QUITTANCE", "bail et quittance, ou attestation du bailleur", Whose.HOUSEHOLD, Condition.TENANT),
    _asked("HEBERGEMENT", "attestation de la personne qui héberge", Whose.HOUSEHOLD, Condition.HOSTED),
    _asked("STRUCTURE", "attestation du gestionnaire de la structure", Whose.HOUSEHOLD, Condition.HOSTED_IN_CENTRE),
    _asked(
        "SANS_LOGEMENT",
        "attestation de domiciliation, d’un travailleur social ou d’une association, ou reçu d’hôtel",
        Whose.HOUSEHOLD,
        Condition.HOMELESS,
    ),
    _asked("PROPRIETE", "acte de propriété ou plan de financement", Whose.HOUSEHOLD, Condition.OWNER),
    _asked("EXPULSION", "commandement de payer ou jugement d’expulsion", Whose.HOUSEHOLD, Condition.EVICTION),
    _asked("DEMOLITION", "notification de la démolition", Whose.HOUSEHOLD, Condition.DEMOLITION),
    _asked("INDIGNE", "décision, rapport ou constat sur l’état du logement", Whose.HOUSEHOLD, Condition.UNFIT),
    # Only the annex of the form, which lists what the dwelling must allow: never a medical file.
    _asked("COMPLEMENT_HANDICAP", "complément handicap du formulaire", Whose.HOUSEHOLD, Condition.HANDICAP),
    _asked("EMPLOI", "promesse d’embauche ou attestation de l’employeur", Whose.HOUSEHOLD, Condition.JOB_MOVE),
    _asked("AGREMENT", "agrément d’assistant maternel ou familial", Whose.HOUSEHOLD, Condition.CHILD_CARER),
    _asked("REGROUPEMENT", "dépôt de la demande de regroupement familial", Whose.HOUSEHOLD, Condition.FAMILY_REUNION),
)
# What is known of an application before anyone said where the household lives: enough for its registration.
NOT_SAID_YET: Final = Facts(
    filed_on=date.min,
    path=Path.FIRST,
    composition=Composition(adults=1),
    resources=Resources(),
    stay=Stay.UNCHECKED,
    current=Current(housing=""),
)
PIECES: Final[Mapping[str, PieceType]] = {piece.code: piece for piece in _LIST}

# Why a paper given is not taken: about the paper, never about the person.
GROUNDS: Final[Mapping[str, str]] = {
    "ILLISIBLE": "le document ne se lit pas",
    "INCOMPLET": "il manque des pages",
    "PERIME": "le document est trop ancien ou n’est plus valable",
    "AUTRE_PERSONNE": "le document concerne une autre personne",
    "AUTRE_DOCUMENT": "ce n’est pas le document demandé",
    "NON_CONCORDANT": "le document ne correspond pas à ce qui est déclaré",
}
