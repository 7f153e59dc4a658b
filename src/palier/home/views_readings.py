"""« Qui a consulté mon dossier ? »: live, filtered, taken away as a file, and each access may be questioned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from palier.agents.file_readings import (
    READINGS_KEPT,
    FileReading,
    ReadingFilter,
    count_readings_of_my_file,
    reading_of_my_file,
    readings_of_my_file,
)
from palier.demandes.queries.own import own_applications
from palier.foundation.clock import PARIS, now, today
from palier.foundation.periods import MalformedMonth, Month, day_fr
from palier.home.navigation import me, page, trail
from palier.home.timeline import Question, act, reader, stretches, whole_days
from palier.mail.glyphs import legible
from palier.mail.report import Report, Text, render_report
from palier.mail.sender import landlord_as_sender
from palier.privacy.catalogue import CATEGORIES, PURPOSES
from palier.privacy.declare import Batch, Role
from palier.rights.models import REASONS
from palier.rights.operations.ask import ask_about_reading
from palier.rights.papers import legible_grid
from palier.rights.queries.requests import question_on, requests_of
from palier.rights.rules.answers import READING
from palier.rights.rules.answers import REASONS as OFFERED
from palier.rights.wording import labels_of
from palier.web import words
from palier.web.components import Chip
from palier.web.exports import export_response
from palier.web.languages import told
from palier.web.requests import ActorRequest
from palier.web.tables import Column, Table, read_state

READINGS_A_PAGE: Final = 60
_MASS: Final = {"": None, "personnes": False, "traitements": True}
_KINDS: Final = (
    ("", gettext_noop("Tout")),
    ("personnes", gettext_noop("Par une personne")),
    ("traitements", gettext_noop("Par un traitement")),
)
# A year of readings of one file; the journal's own months bound it.
_WHOLE_LIST: Final = 20_000
# What the categories of a reading may be, for the person to choose from.
_READ_CATEGORIES: Final = (
    "IDENTITE", "COORDONNEES", "FOYER", "RESSOURCES", "BAIL", "COMPTE", "DOCUMENTS", "PORTE", "JOURNAL",
    "SIGNALEMENTS", "INTERVENTIONS",
)  # fmt: skip

# Those of a demande, for who has one.
_APPLICATION_CATEGORIES: Final = ("DEMANDE", "EXAMEN", "PIECES", "BESOINS", "SEJOUR")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the address asks: the kind of reading, a month, a category."""

    kind: str
    month: Month | None
    category: str

    def filter(self, at: datetime) -> ReadingFilter:
        since = at - READINGS_KEPT
        until = None
        if self.month is not None:
            since = max(since, datetime.combine(self.month.first_day, time(), tzinfo=PARIS))
            until = datetime.combine(self.month.last_day + timedelta(days=1), time(), tzinfo=PARIS)
        return ReadingFilter(since=since, until=until, mass=_MASS[self.kind], category=self.category)

    def query(self, **changed: str) -> str:
        """The address of the same list with something changed."""
        said = {"quoi": self.kind, "mois": str(self.month or ""), "donnees": self.category} | changed
        query = QueryDict(mutable=True)
        query.update({name: value for name, value in said.items() if value})
        return f"?{query.urlencode()}" if query else reverse("home:readings")


def _asked(request: ActorRequest) -> _Asked:
    kind, month, category = (request.GET.get(name, "") for name in ("quoi", "mois", "donnees"))
    if kind not in _MASS or (category and category not in CATEGORIES):
        raise Http404
    try:
        return _Asked(kind=kind, month=Month.parse(month) if month else None, category=category)
    except MalformedMonth as malformed:
        raise Http404 from malformed


def readings(request: ActorRequest) -> HttpResponse:
    """Live: what an agent has just opened is already there."""
    person, at, on = me(request), now(), today()
    asked = _asked(request)
    before = request.GET.get("avant", "")
    if before and (not before.isdecimal() or len(before) > 18):
        raise Http404
    found = readings_of_my_file(
        person, asked.filter(at), limit=READINGS_A_PAGE + 1, before_id=int(before) if before else None
    )
    offered = (*_READ_CATEGORIES, *(_APPLICATION_CATEGORIES if own_applications(person) else ()))
    kept, has_more = whole_days(found, limit=READINGS_A_PAGE)
    earlier = asked.query(avant=str(kept[-1].id)) if has_more else ""
    shown = _concerning(_people_first(person, asked, kept, is_first=not before), person)
    return page(
        request,
        "home/readings.html",
        {
            "crumbs": trail((gettext("Mon dossier"), reverse("home:file")), (gettext("Qui l’a consulté"), "")),
            "count": count_readings_of_my_file(person, since=at - READINGS_KEPT, recent_since=at - timedelta(days=7)),
            "chips": [
                Chip(label=gettext(label), url=asked.query(quoi=code), on=asked.kind == code, is_choice=True)
                for code, label in _KINDS
            ],
            "asked": asked,
            "months": _months(at),
            "categories": [(code, told(CATEGORIES[code].label)) for code in offered],
            "stretches": stretches(shown, _questions(person), on=on),
            "earlier": earlier,
            "file_query": asked.query(),
            "has_filter": bool(asked.month or asked.category),
        },
    )


def _people_first(person: int, asked: _Asked, found: list[FileReading], *, is_first: bool) -> list[FileReading]:
    """On the first page, what people read these seven days comes before any processing, and is never told twice."""
    if asked.kind or asked.month is not None:
        return found
    since = datetime.combine(today() - timedelta(days=6), time(), tzinfo=PARIS)
    lately = ReadingFilter(since=since, mass=False, category=asked.category)
    recent = readings_of_my_file(person, lately, limit=READINGS_A_PAGE)
    known = {reading.id for reading in recent}
    return [*(recent if is_first else []), *(reading for reading in found if reading.id not in known)]


def _concerning(found: list[FileReading], person: int) -> list[FileReading]:
    """Without the processing of every application, for whom never made one: nothing of theirs was read."""
    if own_applications(person):
        return found
    of_applications = {Batch.ALLOCATION.value, Batch.LETTERS.value}
    return [reading for reading in found if not (reading.is_mass and reading.role in of_applications)]


def _months(at: datetime) -> list[Month]:
    """The months of which readings are kept, the newest first."""
    first, month = Month.of((at - READINGS_KEPT).date()), Month.of(at.date())
    months = [month]
    while months[-1].first_day > first.first_day:
        months.append(Month.of(months[-1].first_day - timedelta(days=1)))
    return months


def _questions(person: int) -> dict[int, Question]:
    return {
        asked.reading_id: Question(
            request_id=asked.id,
            said=gettext("Nous vous avons répondu.")
            if asked.answered_at is not None
            else gettext("Nous répondons avant le %(day)s inclus.") % {"day": day_fr(asked.due_on)},
            is_answered=asked.answered_at is not None,
        )
        for asked in requests_of(person)
        if asked.reading_id is not None
    }


# --- taken away as a file ---------------------------------------------------------------------------------------------


def _purpose(row: FileReading) -> str:
    return "pour vous aider, comme vous l’avez permis" if row.role == Role.HELPER else PURPOSES[row.purpose].plain_words


LIST: Final = Table[FileReading](
    code="lectures",
    caption=gettext_noop("Lectures de votre dossier"),
    default_sort="-quand",
    columns=(
        Column(code="quand", label="Quand", value=lambda row: words.instant(localtime(row.at))),
        Column(code="qui", label="Service et fonction", value=reader),
        Column(
            code="tous",
            label="Lecture",
            value=lambda row: "de tous les dossiers" if row.is_mass else "de votre dossier",
        ),
        Column(code="pourquoi", label="Pourquoi", value=_purpose),
        Column(code="donnees", label="Données", value=lambda row: ", ".join(labels_of(row.categories))),
        Column(code="acte", label="À l’occasion de", value=act),
    ),
)


def readings_file(request: ActorRequest, wanted: str) -> HttpResponseBase:
    """The list as CSV or PDF, with the filters of the screen."""
    request.reading.saw([me(request)])
    # A paper for others too: in French, whatever the language of the page.
    with translation.override(settings.LANGUAGE_CODE):
        return _file(request, wanted)


def _file(request: ActorRequest, wanted: str) -> HttpResponseBase:
    rows = readings_of_my_file(me(request), _asked(request).filter(now()), limit=_WHOLE_LIST)
    rows = _concerning(rows, me(request))
    if wanted == "pdf":
        pdf = render_report(_report(rows, request.actor.name))
        headers = {
            "Content-Disposition": f'attachment; filename="lectures-{today().isoformat()}.pdf"',
            "Cache-Control": "no-store",
        }
        return HttpResponse(pdf, content_type="application/pdf", headers=headers)
    state = read_state(LIST, QueryDict())
    return export_response(LIST, state, rows, wanted=wanted, name="lectures de mon dossier", on=today())


def _report(rows: Sequence[FileReading], name: str) -> Report:
    lines = [[str(column.value(row) or "") for column in LIST.columns] for row in rows]
    return Report(
        number=f"lectures-{today().isoformat()}",
        title="Qui a consulté mon dossier",
        subtitle=legible(name),
        issued_on=today(),
        sender=landlord_as_sender(),
        blocks=[
            Text("Voici qui a lu votre dossier, et pourquoi. Vous lisez le service et la fonction, jamais un nom."),
            Text(
                "Un accès vous surprend\u202f? Posez la question dans votre espace. Une réponse est due sous un mois."
            ),
            legible_grid([column.label for column in LIST.columns], lines, widths=(25, 26, 22, 33, 29, 35)),
        ],
    )


# --- one access questioned --------------------------------------------------------------------------------------------


class QuestionForm(forms.Form):
    """Closed reasons: nobody has to explain themself, and nothing is typed."""

    raison = forms.ChoiceField(
        label=gettext_lazy("Qu’est-ce qui vous surprend\u202f?"),
        choices=lambda: [(code, told(label)) for code, label in REASONS if code in OFFERED[READING]],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choisissez une raison.")},
    )


def question(request: ActorRequest, reading_id: int) -> HttpResponse:
    """« Je ne comprends pas cet accès »: one question a reading; asked again, it opens its thread."""
    person = me(request)
    known = question_on(person, reading_id)
    if known is not None:
        request.reading.saw([person])
        return HttpResponseRedirect(reverse("home:request", args=[known.id]))
    found = reading_of_my_file(person, reading_id)
    if found is None:
        raise Http404
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number = ask_about_reading(
            reading_id=reading_id, reason=form.cleaned_data["raison"], actor=request.actor, at=now()
        )
        request.reading.saw([person])
        return HttpResponseRedirect(reverse("home:request", args=[number]))
    here = stretches([found], {}, on=today())[0].groups[0]
    response = page(
        request,
        "home/question.html",
        {
            "crumbs": trail(
                (gettext("Mon dossier"), reverse("home:file")),
                (gettext("Qui l’a consulté"), reverse("home:readings")),
                (gettext("Question"), ""),
            ),
            "group": here,
            "form": form,
        },
    )
    if request.method == "POST":
        response.status_code = 422
    return response
