"""Which debts a payment settles (Code civil, art. 1342-10 and 1343-1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from palier.foundation.errors import Refusal
from palier.foundation.money import Cents, euros_fr, text_from_cents
from palier.foundation.periods import day_fr
from palier.foundation.rulebook import Case, Field, Kind, Period, Result, Rule


class IndicatedDebtUnknown(Refusal):
    """La dette indiquée « {indicated} » n’est pas dans la liste : indiquez l’une de celles qui y sont, ou aucune."""


class DebtGivenTwice(Refusal):
    """La dette « {name} » est donnée deux fois : donnez à chacune un nom à elle."""


class Ground(StrEnum):
    """Why a debt was settled rather than another."""

    INDICATED = "INDICATED"
    EARMARKED = "EARMARKED"
    INTEREST = "INTEREST"
    OLDEST = "OLDEST"
    PRO_RATA = "PRO_RATA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """What is left to pay of one debt, in cents."""

    id: str
    due_on: date
    cents: Cents
    kind: str = "rent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What part of the payment goes to a debt, and why."""

    debt: Debt
    cents: Cents
    ground: Ground


# Interest goes before capital (art. 1343-1), and with it the costs that the tenant owes on that debt.
_FIRST = frozenset({"interest", "fees"})
# The resolutory clause of a lease covers rent, charges and deposit (loi 89-462, art. 24 and 4 g): the tenant has less
# interest in paying what cannot end the lease. Every other kind is ordinary.
_LAST = frozenset({"penalty", "repairs"})


def allocate(
    cents: Cents, debts: Sequence[Debt], *, indicated: str | None = None, paid_on: date | None = None
) -> list[Part]:
    """The parts of a payment, in the order in which the law takes them; what they leave is a credit.

    First the debt that the payer named; then those due on the day of the payment, when it is known, before the others;
    among them those most worth paying; then the oldest; all things equal, in proportion, exact to the cent.
    """
    parts: list[Part] = []
    left = cents
    for debt in debts:
        if debt.id == indicated and left:
            paid = min(left, debt.cents)
            left -= paid
            parts.append(Part(debt=debt, cents=paid, ground=Ground.INDICATED))

    def rank(debt: Debt) -> tuple[bool, int, date]:
        return (paid_on is not None and debt.due_on > paid_on, _worth(debt.kind), debt.due_on)

    others = sorted((debt for debt in debts if debt.id != indicated and debt.cents), key=rank)
    for (_, worth, _), equals in groupby(others, key=rank):
        if not left:
            break
        ground = Ground.INTEREST if worth == 0 else Ground.OLDEST
        for part in _shared(left, tuple(equals), ground):
            left -= part.cents
            parts.append(part)
    return [part for part in parts if part.cents]


def _worth(kind: str) -> int:
    return 0 if kind in _FIRST else 2 if kind in _LAST else 1


def _shared(cents: Cents, equals: tuple[Debt, ...], ground: Ground) -> Iterable[Part]:
    """Each of these debts in full when there is enough; else its share, the missing cents to the largest remainders."""
    owed = sum(debt.cents for debt in equals)
    if cents >= owed or len(equals) == 1:
        return [Part(debt=debt, cents=min(cents, debt.cents), ground=ground) for debt in equals]
    shares = [cents * debt.cents // owed for debt in equals]
    largest = sorted(range(len(equals)), key=lambda place: -(cents * equals[place].cents % owed))
    for place in largest[: cents - sum(shares)]:
        shares[place] += 1
    return [
        Part(debt=debt, cents=share, ground=Ground.PRO_RATA)
        for debt, share in zip(equals, shares, strict=True)
        if share
    ]


_GROUNDS_FR = {
    Ground.INDICATED: "c’est la dette que le payeur a indiquée",
    Ground.EARMARKED: "la somme lui est réservée",
    Ground.INTEREST: "les intérêts et les frais passent avant le reste",
    Ground.OLDEST: "c’est la plus ancienne",
    Ground.PRO_RATA: "à égalité, chacune reçoit sa part",
}


def told(part: Part) -> str:
    """« 453,20 € sur la dette du 31/01/2026 : c’est la plus ancienne. »"""
    due = day_fr(part.debt.due_on)
    return f"{euros_fr(part.cents)} sur la dette du {due}\u00a0: {_GROUNDS_FR[part.ground]}."


def _compute(case: Case) -> Result:
    debts = [
        Debt(id=each.word("id"), due_on=each.day("due_on"), cents=each.cents("amount"), kind=each.word("kind"))
        for each in case.each("debts")
    ]
    names = [debt.id for debt in debts]
    for name in names:
        if names.count(name) > 1:
            raise DebtGivenTwice(name=name)
    indicated = case.word("indicated") if case.gives("indicated") else None
    if indicated is not None and indicated not in names:
        raise IndicatedDebtUnknown(indicated=indicated)
    cents = case.cents("payment")
    paid_on = case.day("paid_on") if case.gives("paid_on") else None
    parts = allocate(cents, debts, indicated=indicated, paid_on=paid_on)
    left = cents - sum(part.cents for part in parts)
    explanation = [told(part) for part in parts]
    if left:
        explanation.append(f"Il reste {euros_fr(left)}\u00a0: plus rien n’est dû, la somme est gardée à votre avance.")
    return Result(
        outputs={
            "allocated": [{"id": part.debt.id, "amount": text_from_cents(part.cents)} for part in parts],
            "left": text_from_cents(left),
        },
        explanation=(*explanation, f"Texte\u00a0: {PAYMENT_ALLOCATION.reference}."),
    )


PAYMENT_ALLOCATION = Rule(
    name="payment-allocation",
    version=1,
    title="Dettes qu’un paiement acquitte",
    reference="Code civil, art. 1342-10 (imputation des paiements) et 1343-1 (les intérêts d’abord)",
    period=Period(first_day=date(2016, 10, 1), note="textes de l’ordonnance du 10 février 2016"),
    inputs=(
        Field(name="payment", kind=Kind.AMOUNT, label="somme payée", unit="€", above_zero=True),
        Field(name="indicated", kind=Kind.WORD, label="dette indiquée par le payeur", optional=True),
        Field(
            name="debts",
            kind=Kind.LIST,
            label="dettes",
            items=(
                Field(name="id", kind=Kind.WORD, label="nom de la dette"),
                Field(name="due_on", kind=Kind.DAY, label="jour où elle est due"),
                Field(name="amount", kind=Kind.AMOUNT, label="reste dû", unit="€"),
                Field(name="kind", kind=Kind.WORD, label="nature"),
            ),
        ),
        # Without it every debt counts as due: a rule holds no clock.
        Field(name="paid_on", kind=Kind.DAY, label="jour du paiement", optional=True),
    ),
    outputs=(
        Field(name="allocated", kind=Kind.LIST, label="ce que chaque dette reçoit"),
        Field(name="left", kind=Kind.AMOUNT, label="reste", unit="€"),
    ),
    example={
        "payment": "500.00",
        "indicated": None,
        "debts": [
            {"id": "janvier", "due_on": "2026-01-31", "amount": "453.20", "kind": "rent"},
            {"id": "février", "due_on": "2026-02-28", "amount": "453.20", "kind": "rent"},
        ],
    },
    example_answer={
        "allocated": [{"id": "janvier", "amount": "453.20"}, {"id": "février", "amount": "46.80"}],
        "left": "0.00",
    },
    compute=_compute,
)
