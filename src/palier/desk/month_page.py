"""The page of a month in words: its stair, its figures, its causes, the two people, what is closed and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from palier.foundation.periods import Month
from palier.foundation.queries import WorkRow
from palier.privacy.actor import Actor
from palier.quittancement.access import MAY_SEAL
from palier.quittancement.models import Anomaly, Difference, Run
from palier.quittancement.queries.review import AnomalyRow, DifferenceRow, ReviewCounts
from palier.quittancement.queries.runs import RunRow, signatories
from palier.web import words
from palier.web.components import Bar, CalcLine, Fig, JobProgress, Step, StepState, Tag, Tone

CAUSES: dict[str, str] = dict(Difference._meta.get_field("cause").flatchoices)
ANOMALY_KINDS: dict[str, str] = dict(Anomaly._meta.get_field("kind").flatchoices)
VERDICTS: dict[str, str] = dict(Anomaly._meta.get_field("verdict").flatchoices)
KINDS: dict[str, str] = dict(Run._meta.get_field("kind").flatchoices)
VERDICT_TONES = {"TO_SEE": Tone.NEUTRAL, "JUSTIFIED": Tone.OK, "WRONG": Tone.BAD}
# A worker says how far it is twice a second; the sealing itself is one statement of a few seconds.
SILENT_AFTER = timedelta(minutes=2)


def title_of(run: RunRow | None, month: Month) -> str:
    """ "Quittancement de novembre 2026", or its complement."""
    name = "Quittancement" if run is None or run.kind == "MONTHLY" else f"Complément n°\u00a0{run.rank}"
    return f"{name} {month.of_fr()}"


def state_tag(run: RunRow | None) -> Tag:
    """The month's state beside its title."""
    if run is None:
        return Tag(label="À calculer")
    return {
        "COMPUTED": Tag(label="En relecture", tone=Tone.WARN),
        "REVIEWED": Tag(label="À sceller", tone=Tone.WARN),
        "SEALED": Tag(label="Scellé", tone=Tone.OK),
    }[run.state]


def when(at: datetime | None) -> str:
    """ "21 nov., 8 h 12"."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return f"{words.day_brief(local.date())}, {words.hour(local)}"


def steps(run: RunRow | None, counts: ReviewCounts) -> list[Step]:
    """Computed, reviewed, sealed: the last one done, the one in hand, the one to come."""
    if run is None:
        return [
            Step(label="Calculé", note="Chaque bail en cours, à partir de ses montants datés", state=StepState.NOW),
            Step(label="Relu", note="Écarts par cause, anomalies par effet"),
            Step(label="Scellé", note="Écrit au grand livre, numéros sans trou, définitif"),
        ]
    by = f", par {run.computed_by}" if run.computed_by else ""
    computed = Step(
        label="Calculé",
        note=f"{when(run.computed_at)}, en {words.seconds(run.compute_ms / 1000)}{by}",
        state=StepState.DONE,
    )
    if run.state == "COMPUTED":
        left = f"{words.count(counts.to_see, 'anomalie')} à voir, puis visa" if counts.to_see else "Visa à donner"
        reviewed = Step(label="En relecture", note=left, state=StepState.NOW)
    else:
        reviewed = Step(label="Relu", note=f"{when(run.reviewed_at)}, par {run.reviewed_by}", state=StepState.DONE)
    sealed = Step(
        label="Scellé" if run.is_sealed else "À sceller" if run.state == "REVIEWED" else "Scellé",
        note=f"{when(run.sealed_at)}, par {run.sealed_by}"
        if run.is_sealed
        else "Écrit au grand livre, numéros sans trou, définitif",
        state=StepState.DONE if run.is_sealed else StepState.NOW if run.state == "REVIEWED" else StepState.TODO,
    )
    return [computed, reviewed, sealed]


def figures(run: RunRow, counts: ReviewCounts, moved: Sequence[DifferenceRow], *, is_whole: bool) -> list[Fig]:
    """The five figures of the review. What is counted in one's own agency says so."""
    month = Month.of(run.month)
    here = "" if is_whole else "dans votre agence"
    change = sum(row.amount_cents for row in moved)
    figs = [
        Fig(
            label="Baux calculés",
            value=words.number(run.lease_count),
            note=f"sur {words.number(run.considered)}" if run.set_aside_count else "",
            url=reverse("desk:month_bills", args=[run.id]),
        ),
        Fig(label="Total appelé", value=words.euros(run.total_cents)),
    ]
    if run.kind == "MONTHLY":
        figs.append(
            Fig(
                label=f"Écart avec {month.previous().label_fr().split()[0]}",
                value=words.euros(change, signed=True) if moved else words.NOTHING,
            )
        )
    figs.append(
        Fig(
            label="Mis de côté",
            value=words.count(counts.set_aside, "bail", "baux"),
            note=here,
            url=reverse("desk:month_set_aside", args=[run.id]) if counts.set_aside else "",
        )
    )
    figs.append(
        Fig(
            label="Anomalies vues",
            value=words.number(counts.seen),
            note=f"sur {words.number(counts.anomalies)}" + (f" {here}" if here else ""),
            url=reverse("desk:month_anomalies", args=[run.id]) if counts.anomalies else "",
        )
    )
    return figs


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseRow:
    label: str
    url: str
    lease_count: int
    amount_cents: int


def causes(run: RunRow, moved: Sequence[DifferenceRow]) -> list[CauseRow]:
    """The causes of the difference, each with the address of the leases behind it."""
    return [
        CauseRow(
            label=CAUSES[row.cause],
            url=reverse("desk:month_cause", args=[run.id, row.cause]),
            lease_count=row.lease_count,
            amount_cents=row.amount_cents,
        )
        for row in moved
    ]


def bars(rows: Sequence[CauseRow]) -> list[Bar]:
    """The same figures as bars, in whole euros: the cents are in the table beside."""
    return [
        Bar(
            label=row.label,
            value=row.amount_cents,
            text=words.number(round(row.amount_cents / 100), signed=True),
        )
        for row in rows
    ]


def people(run: RunRow, actor: Actor) -> list[CalcLine]:
    """Who computed, who reviewed, who may seal."""
    you = actor.agent_id
    reviewed = f"{run.reviewed_by} (vous)" if run.reviewed_by_id == you and you is not None else run.reviewed_by
    lines = [
        CalcLine(
            label="Calcul lancé", value=run.computed_by or "par commande", reason=when(run.computed_at), icon="check"
        ),
        CalcLine(
            label="Relecture",
            value=reviewed or "à viser",
            reason=when(run.reviewed_at) if run.reviewed_at else "Possible quand toutes les anomalies sont vues.",
            icon="eye",
        ),
    ]
    if run.is_sealed:
        sealed = CalcLine(label="Scellement", value=run.sealed_by, reason=when(run.sealed_at), icon="lock")
    else:
        others = [one.name for one in signatories(MAY_SEAL) if one.id != run.reviewed_by_id]
        named = ", ".join(others[:6]) + (f" et {len(others) - 6} autres" if len(others) > 6 else "")
        sealed = CalcLine(
            label="Scellement",
            value="une autre personne",
            reason=f"Peuvent sceller\u00a0: {named}." if named else "Personne d’autre ne peut sceller aujourd’hui.",
            icon="lock",
        )
    return [*lines, sealed]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnomalyLine:
    """An anomaly as a row: what surprises, its effect, the verdict and where to give it."""

    id: int
    holder: str
    lease_reference: str
    lease_url: str
    residence: str
    what: str
    effect_cents: int
    verdict: str
    tag: Tag
    seen: str
    bill_url: str
    judge_url: str


def anomaly_line(row: AnomalyRow, *, run_id: int, lease_url: str) -> AnomalyLine:
    """The row of one anomaly."""
    return AnomalyLine(
        id=row.id,
        holder=row.holder,
        lease_reference=row.lease_reference,
        lease_url=lease_url,
        residence=row.residence,
        what=ANOMALY_KINDS[row.kind],
        effect_cents=row.effect_cents,
        verdict=row.verdict,
        tag=Tag(label=VERDICTS[row.verdict].capitalize(), tone=VERDICT_TONES[row.verdict]),
        seen=f"{row.seen_by}, {when(row.seen_at)}" if row.seen_by else "",
        bill_url=reverse("desk:bill", args=[row.bill_id]) if row.bill_id else "",
        judge_url=reverse("desk:anomaly_judge", args=[run_id, row.id]),
    )


def job_of(work: WorkRow | None, *, poll_url: str, page_url: str, at: datetime) -> JobProgress | None:
    """The progress of a piece of work in hand, or the sentence on which it stopped; None when it ended well."""
    if work is None or work.state == "DONE":
        return None
    note, tone = work.phase, Tone.NEUTRAL
    if work.state == "WAITING":
        note = "En attente d’un exécutant. Vous pouvez quitter la page."
    elif work.state == "FAILED":
        note, tone = work.message or "Le travail s’est arrêté.", Tone.BAD
    elif at - work.updated_at > SILENT_AFTER:
        note, tone = f"Sans nouvelles depuis {when(work.updated_at)}. Rien n’est perdu\u00a0: relancez-le.", Tone.WARN
    running = work.is_open and at - work.updated_at <= SILENT_AFTER
    return JobProgress(
        label=work.label,
        done=work.done,
        total=work.total,
        note=note,
        running=running,
        poll_url=poll_url,
        page_url=page_url,
        tone=tone,
    )
