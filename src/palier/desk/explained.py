"""« Comment c’est calculé ? » in words for the screen: a dwelling’s maximum rent, a bill line by line."""

from dataclasses import dataclass
from datetime import date

from palier.estate.models import Dwelling
from palier.estate.rules import CONVENTION_MAXIMUM, CONVENTION_RENT, USEFUL_AREA, highest_rent_on, useful_area
from palier.foundation.money import text_from_cents
from palier.foundation.rulebook import JsonValue
from palier.quittancement.queries.bills import ExplainedBill
from palier.web import words
from palier.web.components import CalcLine


@dataclass(frozen=True, slots=True, kw_only=True)
class DwellingExplanation:
    """The useful area and the maximum rent, with the sentences of their rules."""

    lines: tuple[CalcLine, ...]
    most_cents: int | None
    rules: tuple[tuple[str, str], ...]


def dwelling_explanation(dwelling: Dwelling, *, on: date) -> DwellingExplanation | None:
    """None while the area is missing: nothing can be computed, and nothing is invented."""
    if dwelling.floor_area_m2 is None:
        return None
    area = useful_area(floor_area_m2=dwelling.floor_area_m2, annex_area_m2=dwelling.annex_area_m2)
    told = USEFUL_AREA.run({"floor_area_m2": str(dwelling.floor_area_m2), "annex_area_m2": str(dwelling.annex_area_m2)})
    lines = [
        CalcLine(
            label="Surface utile",
            value=words.surface(area),
            reason=" ".join(told.explanation[:2]),
            source=f"Texte{words.NBSP}: {USEFUL_AREA.reference}",
        )
    ]
    rules = [(f"{USEFUL_AREA.name} {USEFUL_AREA.version}", USEFUL_AREA.digest[:12])]
    convention = dwelling.convention
    if convention is None:
        return DwellingExplanation(lines=tuple(lines), most_cents=None, rules=tuple(rules))
    most = highest_rent_on(
        useful_area_m2=area,
        rent_per_m2_cents=convention.max_rent_per_m2_cents,
        coefficient=convention.coefficient,
        valued_on=convention.max_rent_on,
        on=on,
    )
    measures: dict[str, JsonValue] = {
        "useful_area_m2": str(area),
        "rent_per_m2": text_from_cents(convention.max_rent_per_m2_cents),
        "coefficient": str(convention.coefficient),
    }
    rule = CONVENTION_RENT
    if convention.max_rent_on is not None:
        rule = CONVENTION_MAXIMUM
        measures |= {"valued_on": convention.max_rent_on.isoformat(), "on": on.isoformat()}
    told = rule.run(measures)
    lines.append(
        CalcLine(
            label="Loyer maximum",
            value=words.euros(most),
            reason=" ".join(told.explanation[:2]),
            source=f"Texte{words.NBSP}: {rule.reference}",
            total=True,
        )
    )
    rules.append((f"{rule.name} {rule.version}", rule.digest[:12]))
    return DwellingExplanation(lines=tuple(lines), most_cents=most, rules=tuple(rules))


def bill_lines(bill: ExplainedBill) -> list[CalcLine]:
    """A bill that adds up, each line with its reason, then what is to be paid."""
    lines = [
        CalcLine(
            label=line.label,
            value=words.amount(line.amount_cents),
            reason=" ".join(line.sentences) or line.fault or line.hint,
        )
        for line in bill.lines
    ]
    return [*lines, CalcLine(label="À payer", value=words.euros(bill.total_cents), total=True)]


def digest_label(digest: str) -> str:
    """ "9f3c 71ae 04d2": the beginning of a digest, as it is read aloud."""
    return " ".join(digest[start : start + 4] for start in range(0, 12, 4))
