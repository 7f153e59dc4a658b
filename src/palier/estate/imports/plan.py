"""What becomes of a programme that the file describes, given what is already known of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from palier.estate.imports.paris_programmes import COUNT_COLUMNS, Programme
from palier.foundation.tabular.outcome import Verdict

FINANCING_COLUMNS = {financing: column for column, financing in COUNT_COLUMNS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownProgramme:
    """A residence that an earlier import made: its dwellings by financing."""

    residence_id: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The verdict, the dwellings to add by financing, and for a refusal the column and its reason."""

    verdict: Verdict
    added: tuple[tuple[str, int], ...] = ()
    column: str = ""
    reason: str = field(default="")


def plan_programme(programme: Programme, known: KnownProgramme | None) -> Plan:
    """Create, complete, leave or refuse. A dwelling is never removed by a file: it may be let."""
    if known is None:
        return Plan(verdict=Verdict.CREATE, added=programme.counts)
    wanted = dict(programme.counts)
    for financing, held in known.counts.items():
        if wanted.get(financing, 0) < held:
            return Plan(
                verdict=Verdict.REFUSED,
                column=FINANCING_COLUMNS.get(financing, "nb_logmt_total"),
                reason=f"{held} logements {financing} sont déjà connus : un import n’en retire pas",
            )
    added = tuple(
        (financing, count - known.counts.get(financing, 0))
        for financing, count in programme.counts
        if count > known.counts.get(financing, 0)
    )
    return Plan(verdict=Verdict.UPDATE if added else Verdict.UNCHANGED, added=added)
