"""The yearly revision of rents: simulate on the whole stock, two people sign, apply, or take back before the day.

The job writes under `batch()`; a campaign is one transaction, and nothing is written twice.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection

from palier.campaigns.models import Revision
from palier.campaigns.operations.mailing import withdraw_letters
from palier.campaigns.rules.revision import Limit, Voted, check_voted, next_rent
from palier.estate.maxima import HIGHEST_RENT, INDEX, index_facts
from palier.foundation.baremes import OutsideBareme, bareme
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.money import Cents, decimal_fr
from palier.foundation.periods import Month, day_fr
from palier.foundation.staging import insert_rows
from palier.privacy.actor import Actor


class RevisionNotFound(Refusal):
    """Cette révision n’existe pas."""


class RevisionAlreadyApplied(Refusal):
    """La révision de {year} est déjà appliquée depuis le {applied_on} : retirez-la avant d’en simuler une autre."""


class RevisionNotReviewed(Refusal):
    """La révision de {year} n’est pas visée : une première personne doit la relire avant qu’elle soit appliquée."""


class RevisionNotOpen(Refusal):
    """La révision de {year} n’est plus à viser : elle est {state}."""


class SamePersonRevises(Refusal):
    """Vous avez visé cette révision : une autre personne doit l’appliquer."""


class RevisionInThePast(Refusal):
    """La révision de {year} prend effet le {effective_on}, qui est passé : les mois déjà quittancés ne changent
    plus."""


class RentsMovedMeanwhile(Refusal):
    """{count} loyers ont changé depuis la simulation : simulez à nouveau, rien n’a été appliqué."""


class RevisionNotApplied(Refusal):
    """La révision de {year} n’est pas appliquée : il n’y a rien à retirer."""


class RevisionHasTakenEffect(Refusal):
    """La révision de {year} a pris effet le {effective_on} : elle ne se retire plus, corrigez les baux concernés."""


class RevisionAlreadyBilled(Refusal):
    """Des avis {of_month} sont déjà scellés, pour un mois d’après la révision : elle ne se retire plus."""


class IndexUnknown(Refusal):
    """L’IRL du 2e trimestre {year} n’est pas dans la table de Palier : chargez-le avant de simuler la révision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """What the landlord decided for a year."""

    year: int
    percent: Decimal | None = None
    derogation: str = ""


# The rent in force on the eve of the day, the maximum of the convention that day, and what keeps the lease as it is.
_RENTS = f"""
SELECT l.id, l.residence_id, t.id, t.last_day, t.amount_cents,
       {HIGHEST_RENT},
       EXISTS (SELECT FROM leases_term AS later
               WHERE later.lease_id = l.id AND later.kind = 'RENT' AND later.first_day >= %(on)s),
       palier.is_frozen('LEASE', l.id)
FROM leases_lease AS l
JOIN leases_term AS t ON t.lease_id = l.id AND t.kind = 'RENT' AND t.first_day < %(on)s
                     AND (t.last_day IS NULL OR t.last_day >= %(on)s)
JOIN estate_dwelling AS d ON d.id = l.dwelling_id
LEFT JOIN estate_convention AS v ON v.id = d.convention_id
{INDEX}WHERE l.kind = 'LEASE' AND l.starts_on < %(on)s AND (l.ends_on IS NULL OR l.ends_on >= %(on)s)
ORDER BY l.id
"""
_COLUMNS = (
    "revision_id", "lease_id", "residence_id", "before_cents", "after_cents", "limit", "old_term_id", "old_last_day",
)  # fmt: skip
_MOVED = """
SELECT count(*) FROM campaigns_revisedrent AS r
LEFT JOIN leases_term AS t ON t.id = r.old_term_id AND t.amount_cents = r.before_cents
                          AND t.last_day IS NOT DISTINCT FROM r.old_last_day
LEFT JOIN leases_lease AS l ON l.id = r.lease_id AND (l.ends_on IS NULL OR l.ends_on >= %(on)s)
WHERE r.revision_id = %(revision)s AND r.after_cents <> r.before_cents
  AND (t.id IS NULL OR l.id IS NULL OR palier.is_frozen('LEASE', r.lease_id)
       OR EXISTS (SELECT FROM leases_term AS later
                  WHERE later.lease_id = r.lease_id AND later.kind = 'RENT' AND later.first_day >= %(on)s))
"""
_CLOSE = """
UPDATE leases_term AS t SET last_day = %(on)s::date - 1 FROM campaigns_revisedrent AS r
WHERE r.revision_id = %(revision)s AND r.after_cents <> r.before_cents AND t.id = r.old_term_id
"""
_OPEN = """
WITH opened AS (
    INSERT INTO leases_term (lease_id, residence_id, kind, label, amount_cents, basis, first_day, last_day)
    SELECT r.lease_id, r.residence_id, 'RENT', t.label, r.after_cents, %(basis)s, %(on)s, r.old_last_day
    FROM campaigns_revisedrent AS r JOIN leases_term AS t ON t.id = r.old_term_id
    WHERE r.revision_id = %(revision)s AND r.after_cents <> r.before_cents
    RETURNING id, lease_id
)
UPDATE campaigns_revisedrent AS r SET new_term_id = o.id FROM opened AS o
WHERE r.revision_id = %(revision)s AND r.lease_id = o.lease_id
"""
_REMOVE = """
DELETE FROM leases_term AS t USING campaigns_revisedrent AS r
WHERE r.revision_id = %(revision)s AND t.id = r.new_term_id
"""
_REOPEN = """
UPDATE leases_term AS t SET last_day = r.old_last_day FROM campaigns_revisedrent AS r
WHERE r.revision_id = %(revision)s AND r.new_term_id IS NOT NULL AND t.id = r.old_term_id
"""
# A rent changed on screen since it was applied is somebody's decision: taking it away would lose it.
_TOUCHED = """
SELECT count(*) FROM campaigns_revisedrent AS r
LEFT JOIN leases_term AS t ON t.id = r.new_term_id AND t.amount_cents = r.after_cents
                          AND t.last_day IS NOT DISTINCT FROM r.old_last_day
WHERE r.revision_id = %(revision)s AND r.new_term_id IS NOT NULL AND t.id IS NULL
"""


def simulate_revision(*, vote: Vote, by: int, at: datetime) -> Revision:
    """Compute a year's revision on every lease, replacing the simulation of before; nothing of a lease moves.

    The index is that of the second quarter of the year before (L442-1). Raises IndexUnknown, RevisionInThePast,
    RevisionAlreadyApplied, RateAboveIndex, RateNegative.
    """
    effective_on = date(vote.year, 1, 1)
    if effective_on <= at.date():
        raise RevisionInThePast(year=vote.year, effective_on=day_fr(effective_on))
    voted = voted_for(vote)
    check_voted(voted)
    _lock()
    earlier = Revision.objects.filter(year=vote.year).exclude(state="UNDONE").first()
    if earlier is not None and earlier.state == "APPLIED":
        raise _already_applied(earlier)
    if earlier is not None:
        earlier.delete()
    revision = Revision.objects.create(
        year=vote.year,
        effective_on=effective_on,
        irl_reference=voted.reference,
        irl_new=voted.new,
        voted_percent=vote.percent,
        derogation_reference=vote.derogation,
        simulated_by=by,
        simulated_at=at,
    )
    tally = _Tally()
    insert_rows("campaigns_revisedrent", _COLUMNS, _rows(revision, voted, tally))
    revision.lease_count, revision.revised_count = tally.leases, tally.revised
    revision.before_cents, revision.after_cents = tally.before_cents, tally.after_cents
    revision.save(update_fields=["lease_count", "revised_count", "before_cents", "after_cents"])
    return revision


def voted_for(vote: Vote) -> Voted:
    """The two indices of a year's revision with what was voted. Raises IndexUnknown."""
    reference, new = (second_quarter(vote.year - back) for back in (2, 1))
    return Voted(reference=reference, new=new, percent=vote.percent, derogation=vote.derogation)


def second_quarter(year: int) -> Decimal:
    """The IRL of the second quarter. Raises IndexUnknown."""
    try:
        return bareme("irl").at(date(year, 4, 1), "france").value
    except OutsideBareme:
        raise IndexUnknown(year=year) from None


def review_revision(*, revision_id: int, actor: Actor, at: datetime) -> Revision:
    """A first person signs a simulation. Raises RevisionNotFound, RevisionNotOpen."""
    revision = _held(revision_id)
    if revision.state != "SIMULATED":
        raise RevisionNotOpen(year=revision.year, state=revision.get_state_display())
    revision.state, revision.reviewed_by, revision.reviewed_at = "REVIEWED", actor.agent_id, at
    revision.save(update_fields=["state", "reviewed_by", "reviewed_at"])
    return revision


def require_applicable(revision: Revision, *, by: int | None, on: date) -> None:
    """What stands in the way of applying. Raises RevisionAlreadyApplied, RevisionNotReviewed, SamePersonRevises,
    RevisionInThePast."""
    if revision.state == "APPLIED":
        raise _already_applied(revision)
    if revision.state != "REVIEWED":
        raise RevisionNotReviewed(year=revision.year)
    if revision.reviewed_by == by:
        raise SamePersonRevises
    if revision.effective_on <= on:
        raise RevisionInThePast(year=revision.year, effective_on=day_fr(revision.effective_on))


def apply_revision(*, revision_id: int, by: int, at: datetime) -> Revision:
    """Close the rents of before on the eve and open the revised ones, all of them or none.

    Raises RevisionNotFound, RentsMovedMeanwhile and the refusals of `require_applicable`.
    """
    _lock()
    revision = _held(revision_id)
    require_applicable(revision, by=by, on=at.date())
    facts: dict[str, int | str | date] = {
        "revision": revision.pk,
        "on": revision.effective_on,
        "basis": basis_of(revision),
    }
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, facts)
        (moved,) = cursor.fetchone()
        if moved:
            raise RentsMovedMeanwhile(count=moved)
        cursor.execute(_CLOSE, facts)
        cursor.execute(_OPEN, facts)
    revision.state, revision.applied_by, revision.applied_at = "APPLIED", by, at
    revision.save(update_fields=["state", "applied_by", "applied_at"])
    return revision


def require_undoable(revision: Revision, *, on: date) -> None:
    """Raises RevisionNotApplied, RevisionHasTakenEffect, RevisionAlreadyBilled."""
    if revision.state != "APPLIED":
        raise RevisionNotApplied(year=revision.year)
    if revision.effective_on <= on:
        raise RevisionHasTakenEffect(year=revision.year, effective_on=day_fr(revision.effective_on))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(month) FROM quittancement_run WHERE month >= %s AND state = 'SEALED'",
            (revision.effective_on,),
        )
        (billed,) = cursor.fetchone()
    if billed is not None:
        raise RevisionAlreadyBilled(of_month=Month.of(billed).of_fr())


def undo_revision(*, revision_id: int, by: int, at: datetime) -> Revision:
    """Take back an applied revision before its day: every rent is again what it was, and its letters say so.

    Raises RevisionNotFound, RentsMovedMeanwhile and the refusals of `require_undoable`.
    """
    _lock()
    revision = _held(revision_id)
    require_undoable(revision, on=at.date())
    facts = {"revision": revision.pk}
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, facts)
        (touched,) = cursor.fetchone()
        if touched:
            raise RentsMovedMeanwhile(count=touched)
        cursor.execute(_REMOVE, facts)
        cursor.execute(_REOPEN, facts)
        cursor.execute("UPDATE campaigns_revisedrent SET new_term_id = NULL WHERE revision_id = %(revision)s", facts)
    withdraw_letters(revision_id=revision.pk, at=at)
    revision.state, revision.undone_by, revision.undone_at = "UNDONE", by, at
    revision.save(update_fields=["state", "undone_by", "undone_at"])
    return revision


def basis_of(revision: Revision) -> str:
    """« IRL 148,37 ÷ 146,68 au 01/01/2027 »: the few words of the rent that a revision opens."""
    if revision.voted_percent is not None:
        return f"révision de {decimal_fr(revision.voted_percent)} % au {day_fr(revision.effective_on)}"
    indices = f"{decimal_fr(revision.irl_new)} ÷ {decimal_fr(revision.irl_reference)}"
    return f"IRL {indices} au {day_fr(revision.effective_on)}"


@dataclass(slots=True)
class _Tally:
    """What the pass over the stock adds up."""

    leases: int = 0
    revised: int = 0
    before_cents: Cents = 0
    after_cents: Cents = 0


def _rows(revision: Revision, voted: Voted, tally: _Tally) -> list[tuple[object, ...]]:
    # Read and computed whole before the first row is copied: a connection inside a COPY answers no query.
    rows: list[tuple[object, ...]] = []
    with connection.cursor() as cursor:
        cursor.execute(_RENTS, {"on": revision.effective_on, **index_facts(on=revision.effective_on)})
        rents = cursor.fetchall()
    for lease_id, residence_id, term_id, last_day, before, most, is_later, is_frozen in rents:
        if is_frozen or is_later:
            after, limit = before, Limit.FROZEN if is_frozen else Limit.LATER
        else:
            after, limit = next_rent(before, voted=voted, rent_max_cents=most)
        tally.leases += 1
        tally.revised += after != before
        tally.before_cents += before
        tally.after_cents += after
        rows.append((revision.pk, lease_id, residence_id, before, after, limit.value, term_id, last_day))
    return rows


def _lock() -> None:
    """Two campaigns at once would both believe that a rent has not moved."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.revision'))")


def _held(revision_id: int) -> Revision:
    revision = Revision.objects.select_for_update().filter(pk=revision_id).first()
    if revision is None:
        raise RevisionNotFound
    return revision


def _already_applied(revision: Revision) -> RevisionAlreadyApplied:
    applied_on = day_fr(day_of(revision.applied_at)) if revision.applied_at else ""
    return RevisionAlreadyApplied(year=revision.year, applied_on=applied_on)
