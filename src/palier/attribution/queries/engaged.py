"""What an application already holds elsewhere: an offer that runs, a dwelling accepted, a first rank to be offered.

A warning to who proposes it again, never a bar: a person may be examined for several dwellings, and takes one.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from palier.foundation.periods import day_fr
from palier.foundation.reading import fetch

# The strongest last: it is the one that is told.
_ENGAGED = """
SELECT application_id, held, expires_on FROM (
    SELECT o.application_id, o.state AS held, o.expires_on
    FROM attribution_offer AS o JOIN attribution_vacancy AS v ON v.id = o.vacancy_id
    WHERE o.application_id = ANY (%(applications)s) AND o.vacancy_id <> %(but)s
      AND o.state IN ('SENT', 'ACCEPTED') AND o.lease_id IS NULL AND v.withdrawn_for <> 'CONGE'
    UNION ALL
    SELECT c.application_id, 'FIRST', NULL
    FROM attribution_candidate AS c
    JOIN attribution_sheet AS s ON s.candidate_id = c.id
    JOIN attribution_item AS i ON i.id = s.item_id AND NOT i.is_postponed
    JOIN attribution_sitting AS t ON t.id = i.sitting_id AND t.state = 'SEALED'
    JOIN attribution_decision AS d ON d.sheet_id = s.id AND d.replaced_at IS NULL AND d.rank = 1
    JOIN attribution_vacancy AS v ON v.id = c.vacancy_id
    WHERE c.application_id = ANY (%(applications)s) AND c.vacancy_id <> %(but)s AND c.withdrawn_on IS NULL
      AND v.state NOT IN ('LET', 'WITHDRAWN') AND v.withdrawn_for <> 'CONGE'
      AND NOT EXISTS (SELECT FROM attribution_offer AS o WHERE o.decision_id = d.id AND o.state <> 'STAYS')
) AS h
ORDER BY array_position(ARRAY['FIRST', 'SENT', 'ACCEPTED'], held::text), expires_on
"""
_SHEETS = """
SELECT s.id, c.application_id FROM attribution_sheet AS s JOIN attribution_candidate AS c ON c.id = s.candidate_id
WHERE s.item_id = %(item)s AND c.application_id IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class _Held:
    application_id: int
    held: str
    expires_on: date | None

    @property
    def sentence(self) -> str:
        if self.held == "ACCEPTED":
            return "Un autre logement est déjà accepté pour cette demande."
        if self.expires_on is not None:
            return f"Une proposition court déjà pour cette demande, jusqu’au {day_fr(self.expires_on)}."
        return "Un autre logement est attribué au rang 1 à cette demande\u00a0: sa proposition est à venir."


@dataclass(frozen=True, slots=True)
class _Of:
    id: int
    application_id: int


def engaged_elsewhere(applications: Collection[int], *, but: int) -> dict[int, str]:
    """What those of these applications that hold something hold, on other vacancies than this one; in French."""
    rows = fetch(_Held, _ENGAGED, {"applications": list(applications), "but": but})
    return {row.application_id: row.sentence for row in rows}


def engaged_on(item_id: int, *, but: int) -> dict[int, str]:
    """The same of the candidates of a dwelling on the agenda, by sheet."""
    sheets = fetch(_Of, _SHEETS, {"item": item_id})
    held = engaged_elsewhere([each.application_id for each in sheets], but=but)
    return {each.id: held[each.application_id] for each in sheets if each.application_id in held}
