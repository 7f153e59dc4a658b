"""The first page of the desk: what the function of whoever asks has to do now, and nothing else."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse
from django.urls import reverse

from palier.attribution.queries.commission import sittings
from palier.attribution.queries.reviews import review_counts as occupation_counts
from palier.attribution.queries.vacancies import VacancyFilter, count_vacancies
from palier.desk import month_page
from palier.desk.navigation import address, framed
from palier.desk.views_month import month_url
from palier.desk.work_pages import told_to
from palier.estate.queries import count_to_complete
from palier.exchanges.queries.agency import to_answer
from palier.foundation.clock import now, today
from palier.foundation.periods import Month
from palier.foundation.queries import files_to_look_at, recent_work
from palier.privacy.actor import Actor
from palier.privacy.rights import may_open, may_read
from palier.quittancement.queries.review import ReviewCounts, review_counts
from palier.quittancement.queries.runs import RunRow, latest_month, runs_of_month
from palier.quittancement.queries.signing import Signing, signing
from palier.recovery.queries.delays import count_to_answer
from palier.rights.queries.requests import owed_answers
from palier.web import words
from palier.web.components import JobProgress
from palier.web.requests import ActorRequest

RECENT_WORK = 5
# Among how many: those of other rooms are left out.
_LOOKED_AT: Final = 60
_SITTING_NOTES: Final = {
    "DRAFT": "ordre du jour en préparation",
    "CONVENED": "convoquée\u00a0: ses fiches se lisent",
    "OPEN": "ouverte",
    "CLOSED": "levée, procès-verbal à sceller",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something to do: said with its number, and where it is done."""

    label: str
    note: str
    url: str
    icon: str


def home(request: ActorRequest) -> HttpResponse:
    """Where the month stands, what waits, what runs."""
    actor = request.actor
    run, tasks = None, []
    context: dict[str, object] = {"day": words.day_long(today()), "hello": actor.name}
    if may_open(actor.role, "desk:month"):
        month = latest_month()
        run = _run_in_hand(month_runs) if (month_runs := runs_of_month(month) if month else []) else None
        counts = review_counts(run.id) if run else ReviewCounts(to_see=0, justified=0, wrong=0, set_aside=0)
        tasks += _month_tasks(run, counts, signing(run, counts, actor))
        context |= {
            "run": run,
            "steps": month_page.steps(run, counts),
            "month_title": month_page.title_of(run, Month.of(run.month) if run else Month.of(today())),
            "month_url": month_url(run.month, run) if run else month_url(Month.of(today())),
            "month_state": month_page.state_tag(run),
        }
    context["tasks"] = [*tasks, *_allocation_tasks(actor), *_other_tasks(actor)]
    context["work"] = _work(actor)
    return framed(request, "desk/home.html", context)


def _run_in_hand(runs: list[RunRow]) -> RunRow:
    """The run still open, else the monthly one."""
    return next((run for run in runs if not run.is_sealed), runs[0])


def _month_tasks(run: RunRow | None, counts: ReviewCounts, steps: Signing) -> list[Task]:
    if run is None:
        return []
    label, of_month = Month.of(run.month).label_fr(), Month.of(run.month).of_fr()
    tasks = []
    if steps.may_judge and counts.to_see:
        tasks.append(
            Task(
                label=f"{words.count(counts.to_see, 'anomalie')} à voir",
                note=f"relecture {of_month}",
                url=f"{reverse('desk:month_anomalies', args=[run.id])}?avis=TO_SEE",
                icon="eye",
            )
        )
    if counts.set_aside:
        tasks.append(
            Task(
                label=f"{words.count(counts.set_aside, 'bail mis', 'baux mis')} de côté",
                note="à corriger, puis à recalculer" if not run.is_sealed else "à corriger, puis à compléter",
                url=reverse("desk:month_set_aside", args=[run.id]),
                icon="warning",
            )
        )
    for closed, title, note in (
        (steps.review_closed, f"Viser la relecture {of_month}", "toutes les anomalies sont vues"),
        (steps.seal_closed, f"Sceller {label}", "relu, à sceller par une autre personne"),
    ):
        if not closed:
            tasks.append(Task(label=title, note=note, url=month_url(run.month, run), icon="lock"))
    return tasks


def _allocation_tasks(actor: Actor) -> list[Task]:
    """Dwellings without a holder or a candidate, reviews to put on an agenda, sittings on the way; for a member, those
    where sheets wait for them."""
    return [*_dwelling_tasks(actor), *_review_tasks(actor), *_sitting_tasks(actor)]


def _dwelling_tasks(actor: Actor) -> list[Task]:
    tasks = []
    vacant = address(actor.role, "vacancies")
    to_orient = count_vacancies(VacancyFilter(state="OPEN", withdrawn=False)) if vacant else 0
    if to_orient:
        tasks.append(
            Task(
                label=f"{words.count(to_orient, 'logement')} à orienter",
                note="à dire à quel réservataire il va",
                url=f"{vacant}?etat=OPEN&vue=DANS_LE_FLUX",
                icon="key",
            )
        )
    matched_at = address(actor.role, "matchings")
    to_match = count_vacancies(VacancyFilter(state="ORIENTED")) if matched_at else 0
    if to_match:
        tasks.append(
            Task(
                label=f"{words.count(to_match, 'logement')} à rapprocher",
                note="orienté, sans candidat encore" if to_match == 1 else "orientés, sans candidat encore",
                url=matched_at,
                icon="key",
            )
        )
    return tasks


def _review_tasks(actor: Actor) -> list[Task]:
    reviewed_at = address(actor.role, "occupation_reviews")
    found = occupation_counts().get("FOUND", 0) if reviewed_at else 0
    if not found:
        return []
    return [
        Task(
            label=f"{words.count(found, 'examen')} de l’occupation à porter à la commission",
            note="une situation est constatée, l’avis se demande",
            url=f"{reviewed_at}?etat=FOUND",
            icon="key",
        )
    ]


def _sitting_tasks(actor: Actor) -> list[Task]:
    page = next((name for name in ("sitting", "my_sitting") if may_open(actor.role, f"desk:{name}")), "")
    return [
        Task(
            label=f"Séance {each.number} du {words.day_short(each.held_on)}",
            note=_SITTING_NOTES[each.state],
            url=reverse(f"desk:{page}", args=[each.id]),
            icon="speech",
        )
        for each in (sittings() if page else [])
        if each.state in _SITTING_NOTES
    ]


def _other_tasks(actor: Actor) -> list[Task]:
    tasks = []
    delays = count_to_answer() if may_open(actor.role, "desk:delay_agree") else 0
    if delays:
        tasks.append(
            Task(
                label=f"{words.count(delays, 'délai', 'délais')} à répondre",
                note="demandé par un locataire" if delays == 1 else "demandés par des locataires",
                url=reverse("desk:delays"),
                icon="euro",
            )
        )
    tasks += [*_writing_tasks(actor), *_rights_tasks(actor)]
    worklist = address(actor.role, "to_complete")
    missing = count_to_complete() if worklist else 0
    if missing:
        tasks.append(
            Task(
                label=f"{words.count(missing, 'logement')} à compléter",
                note="sans surface, un logement ne peut pas être loué au mètre carré",
                url=worklist,
                icon="building",
            )
        )
    files = files_to_look_at() if may_open(actor.role, "desk:imports") else 0
    if files:
        tasks.append(
            Task(
                label=f"{words.count(files, 'fichier')} à regarder",
                note="lu, pas encore appliqué",
                url=reverse("desk:imports"),
                icon="upload",
            )
        )
    if may_open(actor.role, "desk:readings"):
        tasks.append(
            Task(
                label="Journal des lectures",
                note="qui a lu quels dossiers, pour quelle finalité",
                url=reverse("desk:readings"),
                icon="shield",
            )
        )
    return tasks


def _rights_tasks(actor: Actor) -> list[Task]:
    """What people asked about their own data."""
    owed = owed_answers() if may_open(actor.role, "desk:rights_answer") else None
    if owed is None or owed.first_on is None:
        return []
    return [
        Task(
            label=f"{words.count(owed.count, 'demande attend', 'demandes attendent')} votre réponse",
            note=f"sur des données personnelles, la première avant la fin du {words.day_long(owed.first_on)}",
            url=reverse("desk:rights"),
            icon="shield",
        )
    ]


def _writing_tasks(actor: Actor) -> list[Task]:
    """What tenants wrote and what is owed, the first day promised."""
    threads_url = address(actor.role, "threads")
    owed = to_answer(on=today()) if threads_url else None
    if owed is None or owed.first_on is None:
        return []
    note = f"{words.count(owed.late, 'en retard', 'en retard')}, " if owed.late else ""
    return [
        Task(
            label=f"{words.count(owed.count, 'message')} de locataires à répondre",
            note=f"{note}le premier avant la fin du {words.day_long(owed.first_on, with_year=False)}",
            url=threads_url,
            icon="speech",
        )
    ]


def _work(actor: Actor) -> list[JobProgress]:
    if not may_read(actor.role, "foundation_jobprogress"):
        return []
    at = now()
    return [
        JobProgress(
            label=row.label,
            done=row.done if row.total else int(row.state == "DONE"),
            total=row.total or 1,
            note=work_note(row.state, row.message, month_page.when(row.updated_at)),
        )
        for row in told_to(actor.role, recent_work(_LOOKED_AT))[:RECENT_WORK]
        if (at - row.updated_at).days < 8
    ]


def work_note(state: str, message: str, when: str) -> str:
    """ "Terminé, 21 nov., 8 h 12"; a work that stopped says on which sentence."""
    label = {"WAITING": "En attente", "RUNNING": "En cours", "DONE": "Terminé", "FAILED": "Arrêté"}[state]
    return f"{label}, {when}" + (f"\u00a0: {message}" if message else "")
