"""What may be done to a month now, by whom, and why a step is closed: the sentence beside a closed button."""

from dataclasses import dataclass

from palier.privacy.actor import Actor
from palier.privacy.declare import Role
from palier.quittancement.access import MAY_COMPUTE, MAY_ISSUE, MAY_REVIEW, MAY_SEAL, MAY_TAKE_BACK
from palier.quittancement.queries.review import ReviewCounts
from palier.quittancement.queries.runs import RunRow

# Who else may judge an anomaly: the manager of the agency, for its own (quittancement/privacy.py).
MAY_JUDGE = (Role.AGENCY_MANAGER, *MAY_REVIEW)

_OTHERS = "Cet acte revient au siège ou à la comptabilité."
_COMPUTING = "Le calcul revient aux agences et au siège."


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """An empty reason: the step is open to whoever asks. `may_…` says whether their function ever lets them."""

    compute_closed: str
    review_closed: str
    seal_closed: str
    complement_closed: str
    notices_closed: str
    may_judge: bool


def signing(run: RunRow | None, counts: ReviewCounts, actor: Actor) -> Signing:
    """The steps of the month as `actor` finds them."""
    return Signing(
        compute_closed=_compute(run, actor),
        review_closed=_review(run, counts, actor),
        seal_closed=_seal(run, actor),
        complement_closed=_after_sealing(run, actor, MAY_COMPUTE, otherwise=_COMPUTING),
        notices_closed=_after_sealing(run, actor, MAY_ISSUE, otherwise=_OTHERS),
        may_judge=run is not None and run.state == "COMPUTED" and actor.role in MAY_JUDGE,
    )


def may_take_back(actor: Actor) -> bool:
    """True when the actor's function lets them post a contra-entry."""
    return actor.role in MAY_TAKE_BACK


def _compute(run: RunRow | None, actor: Actor) -> str:
    if actor.role not in MAY_COMPUTE:
        return _COMPUTING
    return "Ce mois est scellé\u00a0: il ne se recalcule plus." if run is not None and run.is_sealed else ""


def _review(run: RunRow | None, counts: ReviewCounts, actor: Actor) -> str:
    if run is None:
        return "Calculez d’abord le mois."
    if run.state == "SEALED":
        return "Ce mois est scellé."
    if run.state == "REVIEWED":
        return f"La relecture est visée par {run.reviewed_by or 'une première personne'}."
    if actor.role not in MAY_REVIEW:
        return _OTHERS
    if counts.to_see:
        return f"Il reste {_anomalies(counts.to_see)} à voir."
    if counts.wrong:
        return f"{_anomalies(counts.wrong)} à corriger\u00a0: corrigez les baux, puis recalculez le mois."
    return ""


def _seal(run: RunRow | None, actor: Actor) -> str:
    if run is None:
        return "Calculez d’abord le mois."
    if run.state == "SEALED":
        return "Ce mois est scellé."
    if run.state != "REVIEWED":
        return "Une première personne doit viser la relecture."
    if actor.role not in MAY_SEAL:
        return _OTHERS
    return "Vous avez relu ce mois\u00a0: une autre personne doit le sceller." if _reviewed_it(run, actor) else ""


def _reviewed_it(run: RunRow, actor: Actor) -> bool:
    return run.reviewed_by_id is not None and run.reviewed_by_id == actor.agent_id


def _after_sealing(run: RunRow | None, actor: Actor, allowed: tuple[Role, ...], *, otherwise: str) -> str:
    if run is None or not run.is_sealed:
        return "Scellez d’abord le mois."
    return "" if actor.role in allowed else otherwise


def _anomalies(count: int) -> str:
    return f"{count}\u00a0anomalie" if count == 1 else f"{count}\u00a0anomalies"
