"""The headings of the form without names: where they live, what they wish, why, what they have (CCH R441-2-2).

Each change says its heading, and where it comes from: the applicant, the pieces examined, or a third party that the
applicant validated. What is said is declared; an agent who examined a piece says that it is proved, or not kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from palier.agents.access import agent_of
from palier.demandes.models import Motive, Need, Priority, ResourceLine, Resources, Situation, Wish
from palier.demandes.operations.holding import Origin, changed, heading_detail, held_active, note
from palier.demandes.rules.facts import Proof
from palier.demandes.rules.identity import written_commune
from palier.demandes.rules.words import HOUSING, MOTIVES, NEEDS, PRIORITIES
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.fields import check_values
from palier.foundation.money import Cents
from palier.privacy.actor import Actor

_MOST_COMMUNES: Final = 8


class UnknownCode(Refusal):
    """« {code} » n’est pas dans la liste du formulaire : choisissez une réponse de la liste."""


class TooManyCommunes(Refusal):
    """Une demande nomme au plus {most} communes, chacune une fois, par son code INSEE à cinq signes."""


class RoomsUpsideDown(Refusal):
    """Le plus petit nombre de pièces souhaité dépasse le plus grand : vérifiez ces deux nombres."""


class NegativeNumber(Refusal):
    """Un nombre ou un montant ne peut pas être négatif : vérifiez ce qui est écrit."""


class HousingFirst(Refusal):
    """Dites d’abord où vit le ménage aujourd’hui : les souhaits viennent après."""


class NothingStated(Refusal):
    """« {code} » n’est pas dans cette demande : il n’y a rien à justifier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Which application is changed, as the page showed it, who changes it, when, and where the change comes from."""

    application_id: int
    actor: Actor
    at: datetime
    version: int | None = None
    origin: Origin = Origin.APPLICANT


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentHousing:
    """Where the household lives. `housing` is a code of words.HOUSING; the cost in cents a month."""

    housing: str
    rooms: int | None = None
    floor_area_m2: int | None = None
    occupants: int | None = None
    cost_cents: Cents | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wished:
    """What is asked for: communes in the order of preference, rooms, the highest cost in cents a month."""

    communes: Sequence[str]
    rooms_min: int | None = None
    rooms_max: int | None = None
    highest_cost_cents: Cents | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedIncome:
    """Yearly reference tax incomes and monthly resources of all who will live there, in cents."""

    n2_cents: Cents | None = None
    n1_cents: Cents | None = None
    last_12_months_cents: Cents | None = None
    nursing_home_cents: Cents = 0
    monthly_cents: Cents = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One kind of monthly resource: a code of the form, received or paid."""

    code: str
    monthly_cents: Cents
    direction: str = "RECEIVED"
    member_id: int | None = None


class Statements:
    """The three coded headings: why, by which priority, with which needs. The codes are the form's."""

    MOTIVES = "MOTIFS"
    PRIORITIES = "PRIORITES"
    NEEDS = "BESOINS"


_STATED: Final[Mapping[str, tuple[type[Motive | Priority | Need], Mapping[str, str]]]] = {
    Statements.MOTIVES: (Motive, MOTIVES),
    Statements.PRIORITIES: (Priority, PRIORITIES),
    Statements.NEEDS: (Need, NEEDS),
}


def change_housing(*, change: Change, housing: CurrentHousing) -> None:
    """Where the household lives today. Raises UnknownCode, NegativeNumber, and what `held_active` raises."""
    if housing.housing not in HOUSING:
        raise UnknownCode(code=housing.housing)
    values = asdict(housing)
    _refuse_negative(values)
    with transaction.atomic():
        _hold(change, "LOGEMENT")
        _write(Situation, change.application_id, values)


def change_wishes(*, change: Change, wished: Wished) -> None:
    """What is asked for, where. The communes given replace those that were there.

    Raises NotACommune, TooManyCommunes, RoomsUpsideDown, NegativeNumber, HousingFirst, and what `held_active` raises.
    """
    communes = [written_commune(commune) for commune in wished.communes]
    if len(communes) > _MOST_COMMUNES or len(set(communes)) < len(communes):
        raise TooManyCommunes(most=_MOST_COMMUNES)
    values = {
        "wished_rooms_min": wished.rooms_min,
        "wished_rooms_max": wished.rooms_max,
        "highest_cost_cents": wished.highest_cost_cents,
    }
    _refuse_negative(values)
    if wished.rooms_min and wished.rooms_max and wished.rooms_min > wished.rooms_max:
        raise RoomsUpsideDown
    with transaction.atomic():
        _hold(change, "SOUHAITS")
        if not Situation.objects.filter(pk=change.application_id).update(**values):
            raise HousingFirst
        Wish.objects.filter(application_id=change.application_id).delete()
        Wish.objects.bulk_create(
            Wish(application_id=change.application_id, commune=commune, rank=rank)
            for rank, commune in enumerate(communes, start=1)
        )


def change_statements(*, change: Change, heading: str, codes: Sequence[str]) -> None:
    """The codes of one heading of Statements: what is new is declared, what stays keeps its proof, the rest goes.

    Raises UnknownCode, and what `held_active` raises.
    """
    model, words = _stated(heading)
    for code in codes:
        if code not in words:
            raise UnknownCode(code=code)
    with transaction.atomic():
        _hold(change, heading)
        rows = model.objects.filter(application_id=change.application_id)
        rows.exclude(code__in=codes).delete()
        known = set(rows.values_list("code", flat=True))
        for code in dict.fromkeys(codes):
            if code not in known:
                model(application_id=change.application_id, code=code).save(force_insert=True)


def prove_statement(*, change: Change, heading: str, code: str, proof: Proof) -> None:
    """An agent says how far a statement is established, from the pieces examined.

    Raises NotAnAgent, NothingStated, UnknownCode, and what `held_active` raises.
    """
    agent_of(change.actor)
    model, _ = _stated(heading)
    with transaction.atomic():
        _hold(change, heading)
        rows = model.objects.filter(application_id=change.application_id, code=code)
        if not rows.update(proof=proof.value):
            raise NothingStated(code=code)


def change_resources(*, change: Change, income: StatedIncome, proof: Proof = Proof.DECLARED) -> None:
    """What the household has; only an agent says that it is proved.

    Raises NegativeNumber, NotAnAgent, and what `held_active` raises.
    """
    values = asdict(income)
    _refuse_negative(values)
    if proof is not Proof.DECLARED:
        agent_of(change.actor)
    with transaction.atomic():
        _hold(change, "RESSOURCES")
        values |= {"n2_year": day_of(change.at).year - 2, "proof": proof.value}
        _write(Resources, change.application_id, values)


def change_resource_lines(*, change: Change, lines: Sequence[Line]) -> None:
    """The monthly resources, one by one: these replace those that were there, and their sum is what comes in a month.

    Raises NegativeNumber, and what `held_active` raises.
    """
    _refuse_negative({str(rank): line.monthly_cents for rank, line in enumerate(lines)})
    with transaction.atomic():
        _hold(change, "RESSOURCES")
        ResourceLine.objects.filter(application_id=change.application_id).delete()
        for line in lines:
            row = ResourceLine(application_id=change.application_id, **asdict(line))
            check_values(row)
            row.save(force_insert=True)
        received = sum(line.monthly_cents for line in lines if line.direction == "RECEIVED")
        _write(Resources, change.application_id, {"monthly_cents": received, "proof": Proof.DECLARED.value})


def _hold(change: Change, heading: str) -> None:
    application = held_active(change.application_id, version=change.version)
    changed(application)
    note(
        change.application_id,
        "CHANGED",
        actor=change.actor,
        at=change.at,
        detail=heading_detail(heading, change.origin),
    )


def _write(model: type[Situation] | type[Resources], application_id: int, values: Mapping[str, object]) -> None:
    row = model(application_id=application_id, **values)
    check_values(row)
    if not model.objects.filter(pk=application_id).update(**values):
        row.save(force_insert=True)


def _stated(heading: str) -> tuple[type[Motive | Priority | Need], Mapping[str, str]]:
    if heading not in _STATED:
        raise UnknownCode(code=heading)
    return _STATED[heading]


def _refuse_negative(values: Mapping[str, object]) -> None:
    if any(isinstance(value, int) and value < 0 for value in values.values()):
        raise NegativeNumber
