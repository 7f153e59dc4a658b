"""Gestion en flux: the yearly flow, what each holder is owed of it, to whom a dwelling goes, by when (CCH R441-5).

Whole numbers throughout: what is due is kept in ten-thousandths of a dwelling, so that no share is ever rounded.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Final

from palier.foundation.baremes import Value, bareme
from palier.foundation.errors import Refusal
from palier.foundation.money import decimal_fr, half_up
from palier.foundation.periods import after_months
from palier.foundation.rulebook import Case, Field, Kind, Period, Result, Rule

# A whole share, in hundredths of a percent; also the ten-thousandths of one dwelling.
WHOLE_BP: Final = 10_000
STATE: Final = "2"
STATE_AGENTS: Final = "1"
UNRESERVED: Final = "7"
# The landlord's own part, when no row of holders stands for it.
LANDLORD: Final = "NON_RESERVE"
_SINCE: Final = date(2023, 11, 24)


class MoreWithdrawn(Refusal):
    """Le flux ne peut pas compter {withdrawn} logements retirés pour {available} libérés."""


class Reason(StrEnum):
    """Why a holder is proposed."""

    LATE = "LATE"
    PREFET = "PREFET"
    UNRESERVED = "UNRESERVED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a holder may propose of the flow of a territory, and what it was given so far this year.

    `has_convention` False: its convention is missing or over, and its share falls to the préfet. `flow`: dwellings of
    the year on the territory of the convention, the one to orient included.
    """

    holder: str
    name: str
    contingent: str
    share_bp: int
    flow: int
    oriented: int = 0
    signed: int = 0
    has_convention: bool = True

    @property
    def due_e4(self) -> int:
        """Dwellings due, in ten-thousandths."""
        return self.flow * self.share_bp

    @property
    def behind_e4(self) -> int:
        """What is due and was not oriented; below zero when more was given than is due."""
        return self.due_e4 - self.oriented * WHOLE_BP


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """To whom a dwelling goes by the counters, and why, in a sentence."""

    holder: str
    reason: Reason
    sentence: str


def yearly_flow(*, available: int, withdrawn: int) -> int:
    """Dwellings that count for reservations: those becoming available less those withdrawn (CCH R441-5)."""
    if not 0 <= withdrawn <= available:
        raise MoreWithdrawn(withdrawn=withdrawn, available=available)
    return available - withdrawn


def prefet_limit() -> Value:
    """The most that the préfet may hold of the flow, in percent."""
    return bareme("allocation_shares").at(_SINCE, "prefet")


def state_agents_limit() -> Value:
    """The part of it that State agents may have, in percent."""
    return bareme("allocation_shares").at(_SINCE, "agents_etat")


def prefet_exceeds(*, prefet_bp: int, state_agents_bp: int) -> bool:
    """Whether the préfet's shares, those of State agents among them, are above either limit (CCH R441-5)."""
    return prefet_bp + state_agents_bp > int(prefet_limit().value * 100) or state_agents_bp > int(
        state_agents_limit().value * 100
    )


def with_lapsed(claims: Sequence[Claim]) -> list[Claim]:
    """The claims that hold: a share without convention falls to the préfet (instruction of 28 March 2022).

    Without a préfet among the claims, it stays with the landlord.
    """
    lapsed_bp = sum(claim.share_bp for claim in claims if not claim.has_convention)
    held = [claim for claim in claims if claim.has_convention]
    prefets = sorted((claim for claim in claims if claim.contingent == STATE), key=lambda claim: claim.holder)
    if not prefets or not lapsed_bp:
        return held
    prefet = prefets[0]
    own_bp = prefet.share_bp if prefet.has_convention else 0
    others = [claim for claim in held if claim is not prefet]
    return [*others, replace(prefet, share_bp=own_bp + lapsed_bp, has_convention=True)]


def with_unreserved(claims: Sequence[Claim], own: Claim) -> list[Claim]:
    """The claims and the landlord's own: what no convention reserves."""
    left = WHOLE_BP - sum(claim.share_bp for claim in claims)
    return [*claims, replace(own, share_bp=max(left, 0))]


def proposal(claims: Sequence[Claim], own: Claim) -> Proposal:
    """The holder most behind its share; `own` is the landlord's part, whose share is what the claims leave.

    Equal: the larger share first, then the codes in the order of letters.
    """
    chosen = _most_behind(with_unreserved(with_lapsed(claims), own))
    if chosen.holder == own.holder:
        return Proposal(holder=chosen.holder, reason=Reason.UNRESERVED, sentence=_sentence(chosen))
    with_convention = [claim for claim in claims if claim.has_convention]
    if _most_behind(with_unreserved(with_convention, own)).holder != chosen.holder:
        return Proposal(
            holder=chosen.holder,
            reason=Reason.PREFET,
            sentence=f"{_sentence(chosen)} Sa part comprend celle qu’aucune convention en vigueur ne réserve.",
        )
    return Proposal(holder=chosen.holder, reason=Reason.LATE, sentence=_sentence(chosen))


def _most_behind(claims: Sequence[Claim]) -> Claim:
    return min(claims, key=lambda claim: (-claim.behind_e4, -claim.share_bp, claim.holder))


def _sentence(claim: Claim) -> str:
    flow = f"{claim.flow} logement{'s' if claim.flow > 1 else ''}"
    oriented = f"{claim.oriented} orienté{'s' if claim.oriented > 1 else ''}"
    if claim.behind_e4 > 0:
        gap = f"en retard de {dwellings_fr(claim.behind_e4)}, le plus en retard sur sa part"
    else:
        gap = "personne n’est en retard sur sa part, et c’est ici que l’avance est la plus petite"
    return (
        f"{claim.name[:1].upper()}{claim.name[1:]}\u00a0: {dwellings_fr(claim.due_e4)} dû sur un flux de {flow} "
        f"({percent_fr(claim.share_bp)}), {oriented}\u00a0: {gap}."
    )


def dwellings_fr(ten_thousandths: int) -> str:
    """« 3,25 »: a number of dwellings kept in ten-thousandths, to the hundredth."""
    return decimal_fr(half_up(Fraction(ten_thousandths, WHOLE_BP)))


def percent_fr(share_bp: int) -> str:
    """« 12,50 % »."""
    return f"{decimal_fr(half_up(Fraction(share_bp, 100)))}\u00a0%"


def propose_by(*, told_on: date, within_days: int, is_tense: bool) -> date:
    """Last day for the holder to propose: its convention's, and a month at most in a tense zone (CCH L441-1)."""
    by_convention = told_on + timedelta(days=within_days)
    return min(by_convention, after_months(told_on, 1)) if is_tense else by_convention


def _compute(case: Case) -> Result:
    flow = yearly_flow(available=case.count("available"), withdrawn=case.count("withdrawn"))
    claims = [
        Claim(
            holder=each.word("holder"),
            name=each.word("holder"),
            contingent=each.word("contingent"),
            share_bp=int(each.number("share") * 100),
            flow=flow,
            oriented=each.count("oriented"),
            has_convention=each.flag("has_convention"),
        )
        for each in case.each("holders")
    ]
    own = Claim(
        holder=LANDLORD,
        name="part non réservée",
        contingent=UNRESERVED,
        share_bp=0,
        flow=flow,
        oriented=case.count("unreserved_oriented"),
    )
    found = proposal(claims, own)
    return Result(
        outputs={
            "flow": flow,
            "proposed": found.holder,
            "reason": found.reason.value,
            "prefet_within_limit": not prefet_exceeds(
                prefet_bp=sum(each.share_bp for each in claims if each.contingent == STATE),
                state_agents_bp=sum(each.share_bp for each in claims if each.contingent == STATE_AGENTS),
            ),
        },
        explanation=(
            (
                f"Flux de l’année\u00a0: {case.count('available')} logements libérés, moins {case.count('withdrawn')} "
                f"retirés, soit {flow}."
            ),
            found.sentence,
            f"Texte\u00a0: {RESERVATION_FLOW.reference}.",
        ),
        values=(prefet_limit(), state_agents_limit()),
    )


RESERVATION_FLOW = Rule(
    name="reservation-flow",
    version=1,
    title="Gestion en flux\u00a0: à qui va un logement",
    reference="CCH, art. R441-5 ; décret 2020-145 du 20 février 2020",
    period=Period(first_day=_SINCE, note="texte en vigueur à confirmer"),
    inputs=(
        Field(name="available", kind=Kind.COUNT, label="logements libérés dans l’année, celui à orienter compris"),
        Field(name="withdrawn", kind=Kind.COUNT, label="logements retirés du flux"),
        Field(name="unreserved_oriented", kind=Kind.COUNT, label="logements gardés sur la part non réservée"),
        Field(
            name="holders",
            kind=Kind.LIST,
            label="réservataires",
            items=(
                Field(name="holder", kind=Kind.WORD, label="code du réservataire"),
                Field(
                    name="contingent",
                    kind=Kind.CHOICE,
                    label="contingent (code RPLS)",
                    choices=("1", "2", "3", "4", "5", "6", "7"),
                ),
                Field(name="share", kind=Kind.NUMBER, label="part du flux", unit="%", most=100),
                Field(name="oriented", kind=Kind.COUNT, label="logements déjà orientés vers lui"),
                Field(name="has_convention", kind=Kind.FLAG, label="convention en vigueur"),
            ),
        ),
    ),
    outputs=(
        Field(name="flow", kind=Kind.COUNT, label="flux de l’année"),
        Field(name="proposed", kind=Kind.WORD, label="réservataire proposé"),
        Field(name="reason", kind=Kind.CHOICE, label="pourquoi", choices=tuple(Reason)),
        Field(name="prefet_within_limit", kind=Kind.FLAG, label="part du préfet dans sa limite"),
    ),
    example={
        "available": 12,
        "withdrawn": 2,
        "unreserved_oriented": 1,
        "holders": [
            {"holder": "PREFET", "contingent": "2", "share": "30", "oriented": 1, "has_convention": True},
            {"holder": "ALS", "contingent": "3", "share": "40", "oriented": 3, "has_convention": True},
        ],
    },
    # Ten dwellings: three due to the préfet, two of them late; four due to ALS, one late; three left, two late.
    # The préfet and the landlord are equally late with equal shares: the letters decide, N before P.
    example_answer={"flow": 10, "proposed": "NON_RESERVE", "reason": "UNRESERVED", "prefet_within_limit": True},
    compute=_compute,
    baremes=("allocation_shares",),
)
