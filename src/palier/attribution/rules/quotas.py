"""The shares that the law asks of a year's allocations, and small numbers kept from whoever looks (CCH L441-1).

What counts: allocations followed by a signed lease, transfers included.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from palier.foundation.baremes import Value, bareme
from palier.foundation.money import half_up
from palier.foundation.rulebook import Case, Field, JsonValue, Kind, Period, Result, Rule

# Statistics on housing applications show no cell of fewer persons than that.
LEAST_SHOWN: Final = 11
# A quarter of them goes to DALO, failing that to priority persons: employers, local authorities, unreserved.
WITH_PRIORITY_QUOTA: Final = ("3", "4", "7")
_SINCE: Final = date(2017, 1, 29)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """An allocation followed by a signed lease. `is_first_quartile` None: the resources were not known."""

    contingent: str
    is_qpv: bool
    is_first_quartile: bool | None
    is_relocated: bool = False
    is_dalo: bool = False
    is_priority: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """How many of how many, beside what the law asks. `target` in percent; 0: nothing is asked."""

    counted: int
    of: int
    target: int

    @property
    def percent(self) -> Decimal | None:
        """One decimal, half up; None when there was no allocation."""
        return half_up(Fraction(100 * self.counted, self.of), 1) if self.of else None

    @property
    def shown_percent(self) -> Decimal | None:
        """`percent`, but never one that reads as the share asked for when it is not met: 24.99 reads 24.9."""
        if self.percent is None or self.is_met or self.percent < self.target:
            return self.percent
        return Decimal(1000 * self.counted // self.of) / 10

    @property
    def is_met(self) -> bool | None:
        """Compared exactly, never on the rounded figure; None when there was no allocation."""
        return 100 * self.counted >= self.target * self.of if self.of else None


def share_of_law(name: str) -> Value:
    """A share of CCH L441-1, in percent."""
    return bareme("allocation_shares").at(_SINCE, name)


def _target(name: str) -> int:
    return int(share_of_law(name).value)


def first_quartile_outside_qpv(signed: Sequence[Signed]) -> Quota:
    """Outside QPV: applicants of the first quartile, or households relocated by urban renewal.

    Resources that are not known are not counted as low ones.
    """
    outside = [each for each in signed if not each.is_qpv]
    counted = sum(each.is_first_quartile is True or each.is_relocated for each in outside)
    return Quota(counted=counted, of=len(outside), target=_target("premier_quartile_hors_qpv"))


def others_in_qpv(signed: Sequence[Signed]) -> Quota:
    """In QPV: households of the three other quartiles; resources that are not known are counted for nobody."""
    inside = [each for each in signed if each.is_qpv]
    counted = sum(each.is_first_quartile is False for each in inside)
    return Quota(counted=counted, of=len(inside), target=_target("autres_quartiles_en_qpv"))


def dalo_or_priority(signed: Sequence[Signed]) -> dict[str, Quota]:
    """Of each contingent: DALO, failing that priority persons. The State's own are shown without a share to reach."""
    found: dict[str, Quota] = {}
    for contingent in sorted({each.contingent for each in signed}):
        of_it = [each for each in signed if each.contingent == contingent]
        target = _target("dalo_ou_prioritaires") if contingent in WITH_PRIORITY_QUOTA else 0
        counted = sum(each.is_dalo or each.is_priority for each in of_it)
        found[contingent] = Quota(counted=counted, of=len(of_it), target=target)
    return found


def kept_small(cells: Mapping[str, int], *, least: int = LEAST_SHOWN) -> dict[str, int | None]:
    """The cells of one total, those from 1 to `least` − 1 hidden (None), and others with them when it must be so.

    The total and what is shown never give a hidden cell back: at least two are hidden, and together they make at least
    `least`. The smallest shown ones join them; the first in order among equal ones. A zero hides nobody, and stays.
    """
    hidden = {code for code, number in cells.items() if 0 < number < least}
    if not hidden:
        return dict(cells)
    shown = sorted((code for code in cells if code not in hidden and cells[code]), key=lambda code: (cells[code], code))
    for code in shown:
        if _holds(cells, hidden, least):
            break
        hidden.add(code)
    if not _holds(cells, hidden, least):
        # Too few in all: zeros would tell where the few are.
        return dict.fromkeys(cells, None)
    return {code: None if code in hidden else number for code, number in cells.items()}


def _holds(cells: Mapping[str, int], hidden: set[str], least: int) -> bool:
    together = sum(cells[code] for code in hidden)
    return len(hidden) >= 2 and together >= max(least, len(hidden) + 1)


def shown_total(total: int, *, least: int = LEAST_SHOWN) -> int | None:
    """A total as it may be shown: nothing of a few persons."""
    return None if 0 < total < least else total


def _signed(case: Case) -> list[Signed]:
    return [
        Signed(
            contingent=each.word("contingent"),
            is_qpv=each.flag("qpv"),
            is_first_quartile=each.flag("first_quartile") if each.gives("first_quartile") else None,
            is_relocated=each.flag("relocated"),
            is_dalo=each.flag("dalo"),
            is_priority=each.flag("priority"),
        )
        for each in case.each("attributions")
        for _ in range(each.count("number"))
    ]


def _compute(case: Case) -> Result:
    signed = _signed(case)
    outside, inside, contingents = first_quartile_outside_qpv(signed), others_in_qpv(signed), dalo_or_priority(signed)
    by_contingent: list[JsonValue] = [
        {
            "contingent": contingent,
            "counted": quota.counted,
            "of": quota.of,
            "percent": _said(quota),
            "met": _met(quota),
        }
        for contingent, quota in contingents.items()
    ]
    return Result(
        outputs={
            "outside_qpv_counted": outside.counted,
            "outside_qpv_of": outside.of,
            "outside_qpv_percent": _said(outside),
            "outside_qpv_met": outside.is_met,
            "in_qpv_counted": inside.counted,
            "in_qpv_of": inside.of,
            "in_qpv_percent": _said(inside),
            "in_qpv_met": inside.is_met,
            "priority": by_contingent,
        },
        explanation=(
            (
                f"Hors QPV\u00a0: {outside.counted} sur {outside.of} au premier quartile ou relogés, "
                f"pour {outside.target}\u00a0% au moins."
            ),
            (
                f"En QPV\u00a0: {inside.counted} sur {inside.of} aux trois autres quartiles, "
                f"pour {inside.target}\u00a0% au moins."
            ),
            *(
                f"Contingent {contingent}\u00a0: {quota.counted} sur {quota.of} DALO ou prioritaires"
                + (f", pour {quota.target}\u00a0% au moins." if quota.target else ", sans part à atteindre.")
                for contingent, quota in contingents.items()
            ),
            "Un ménage dont les ressources ne sont pas connues n’est compté dans aucun quartile.",
            f"Texte\u00a0: {ALLOCATION_QUOTAS.reference}.",
        ),
        values=tuple(map(share_of_law, _NAMES)),
    )


def _said(quota: Quota) -> str | None:
    return None if quota.percent is None else str(quota.percent)


def _met(quota: Quota) -> bool | None:
    return quota.is_met if quota.target else None


_NAMES: Final = ("premier_quartile_hors_qpv", "autres_quartiles_en_qpv", "dalo_ou_prioritaires")

ALLOCATION_QUOTAS = Rule(
    name="allocation-quotas",
    version=1,
    title="Parts annuelles des attributions",
    reference="CCH, art. L441-1",
    period=Period(first_day=_SINCE, note="texte en vigueur à confirmer"),
    inputs=(
        Field(
            name="attributions",
            kind=Kind.LIST,
            label="attributions suivies d’un bail signé dans l’année",
            items=(
                Field(
                    name="contingent",
                    kind=Kind.CHOICE,
                    label="contingent (code RPLS)",
                    choices=("1", "2", "3", "4", "5", "6", "7"),
                ),
                Field(name="qpv", kind=Kind.FLAG, label="logement en QPV"),
                Field(name="first_quartile", kind=Kind.FLAG, label="demandeur du premier quartile", optional=True),
                Field(name="relocated", kind=Kind.FLAG, label="relogé du renouvellement urbain"),
                Field(name="dalo", kind=Kind.FLAG, label="reconnu DALO"),
                Field(name="priority", kind=Kind.FLAG, label="autre public prioritaire"),
                Field(name="number", kind=Kind.COUNT, label="nombre d’attributions", most=100_000),
            ),
        ),
    ),
    outputs=(
        Field(name="outside_qpv_counted", kind=Kind.COUNT, label="premier quartile ou relogés, hors QPV"),
        Field(name="outside_qpv_of", kind=Kind.COUNT, label="attributions hors QPV"),
        Field(name="outside_qpv_percent", kind=Kind.PERCENT, label="part hors QPV", unit="%", optional=True),
        Field(name="outside_qpv_met", kind=Kind.FLAG, label="25 % atteints", optional=True),
        Field(name="in_qpv_counted", kind=Kind.COUNT, label="trois autres quartiles, en QPV"),
        Field(name="in_qpv_of", kind=Kind.COUNT, label="attributions en QPV"),
        Field(name="in_qpv_percent", kind=Kind.PERCENT, label="part en QPV", unit="%", optional=True),
        Field(name="in_qpv_met", kind=Kind.FLAG, label="50 % atteints", optional=True),
        Field(
            name="priority",
            kind=Kind.LIST,
            label="DALO ou prioritaires, par contingent",
            items=(
                Field(name="contingent", kind=Kind.WORD, label="contingent (code RPLS)"),
                Field(name="counted", kind=Kind.COUNT, label="DALO ou prioritaires"),
                Field(name="of", kind=Kind.COUNT, label="attributions du contingent"),
                Field(name="percent", kind=Kind.PERCENT, label="part", unit="%", optional=True),
                Field(name="met", kind=Kind.FLAG, label="25 % atteints", optional=True),
            ),
        ),
    ),
    example={
        "attributions": [
            {
                "contingent": "3",
                "qpv": False,
                "first_quartile": True,
                "relocated": False,
                "dalo": True,
                "priority": False,
                "number": 1,
            },
            {
                "contingent": "3",
                "qpv": False,
                "first_quartile": False,
                "relocated": False,
                "dalo": False,
                "priority": False,
                "number": 2,
            },
        ]
    },
    example_answer={
        "outside_qpv_counted": 1,
        "outside_qpv_of": 3,
        "outside_qpv_percent": "33.3",
        "outside_qpv_met": True,
        "in_qpv_counted": 0,
        "in_qpv_of": 0,
        "in_qpv_percent": None,
        "in_qpv_met": None,
        "priority": [{"contingent": "3", "counted": 1, "of": 3, "percent": "33.3", "met": True}],
    },
    compute=_compute,
    baremes=("allocation_shares",),
)
