"""Which leases of a campaign wait for a letter: told once, for the page's count and for the job that writes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from palier.foundation.reading import fetch, fetch_count

# Whoever asked for their data not to move is not moved one step further (RGPD, art. 18).
_STILL_THERE = "(l.ends_on IS NULL OR l.ends_on >= %(on)s) AND NOT palier.is_frozen('LEASE', l.id)"
_OF_A_SURVEY = (
    "campaigns_surveyfile AS f JOIN leases_lease AS l ON l.id = f.lease_id WHERE f.survey_id = %(survey)s AND "
)
# The law's own order: asked, reminded, put on notice once the month to answer is over, charged, settled.
_DUE: Mapping[str, str] = {
    "REVISION_LOYER": (
        "campaigns_revisedrent AS f JOIN leases_lease AS l ON l.id = f.lease_id "
        "WHERE f.revision_id = %(revision)s AND f.new_term_id IS NOT NULL"
    ),
    "SLS_ENQUETE": f"{_OF_A_SURVEY} f.state = 'TO_SEND' AND {_STILL_THERE}",
    "SLS_RELANCE": f"{_OF_A_SURVEY} f.state = 'SENT' AND f.sent_on < %(on)s AND {_STILL_THERE}",
    "SLS_DEMEURE": (
        f"{_OF_A_SURVEY} f.state IN ('SENT', 'REMINDED') AND (f.sent_on + interval '1 month')::date < %(on)s "
        f"AND {_STILL_THERE}"
    ),
    # Charged by the job of the launched mailing: it is told of those whose formal notice is over.
    "SLS_PROVISOIRE": f"{_OF_A_SURVEY} f.state = 'PROVISIONAL'",
    "SLS_DECOMPTE": (
        f"{_OF_A_SURVEY} f.state = 'ANSWERED' AND (f.supplement_cents > 0 OR f.provisional_from IS NOT NULL)"
    ),
}
_SILENT = f"{_OF_A_SURVEY} f.state = 'NOTICED' AND f.reached_on + 15 < %(on)s AND {_STILL_THERE}"
# One letter of a kind a campaign; one that could not be made is tried again by the next mailing.
_NOT_WRITTEN = """
AND NOT EXISTS (
    SELECT FROM campaigns_letter AS w JOIN campaigns_mailing AS m ON m.id = w.mailing_id
    WHERE w.lease_id = f.lease_id AND w.withdrawn_on IS NULL AND m.kind = %(kind)s
      AND m.revision_id IS NOT DISTINCT FROM %(revision)s AND m.survey_id IS NOT DISTINCT FROM %(survey)s
      AND (w.number <> '' OR m.id = %(mailing)s)
)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A kind of letter of one campaign, on a day. `mailing_id` 0 when none is being written."""

    kind: str
    on: date
    revision_id: int | None = None
    survey_id: int | None = None
    mailing_id: int = 0

    @property
    def facts(self) -> dict[str, object]:
        """What the statements ask for."""
        return {
            "kind": self.kind,
            "on": self.on,
            "revision": self.revision_id,
            "survey": self.survey_id,
            "mailing": self.mailing_id,
        }


@dataclass(frozen=True, slots=True)
class _Lease:
    lease_id: int


def waiting_count(step: Step) -> int:
    """How many leases wait for this letter; for a provisional supplement, those about to be charged too."""
    count = fetch_count(f"SELECT count(*) FROM {_DUE[step.kind]} {_NOT_WRITTEN}", step.facts)
    if step.kind == "SLS_PROVISOIRE":
        count += fetch_count(f"SELECT count(*) FROM {_SILENT}", step.facts)
    return count


def waiting_leases(step: Step, *, limit: int, hold: bool = True) -> list[int]:
    """The next leases that wait for this letter, held until the transaction ends when they are written to."""
    statement = f"SELECT f.lease_id FROM {_DUE[step.kind]} {_NOT_WRITTEN} ORDER BY f.lease_id LIMIT %(limit)s"
    if hold and step.survey_id is not None:
        # Somebody may be noting the answer at this very moment.
        statement += " FOR UPDATE OF f"
    return [each.lease_id for each in fetch(_Lease, statement, {**step.facts, "limit": limit})]
