"""Coded facts about me: what each says, who stated it, until when; stating one, ending one, contesting one."""

from typing import Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.home.navigation import me, page, trail
from palier.people.facts.kinds import (
    CONTEST_ANSWERS,
    CONTEST_GROUNDS,
    KINDS,
    LANGUAGES,
    SOURCE_LABELS,
    FactKind,
    Source,
)
from palier.people.facts.operations import FactNotFound, NewFact, contest_fact, end_fact, state_fact
from palier.people.facts.queries import FactRow, facts_of_persons
from palier.privacy.catalogue import PURPOSES
from palier.privacy.declare import ROLE_LABELS
from palier.web import words
from palier.web.languages import said as why_refused
from palier.web.languages import told
from palier.web.requests import ActorRequest

_MINE: Final = [kind for kind in KINDS.values() if Source.PERSON in kind.sources]


class OwnFactForm(forms.Form):
    """What a person may ask to be known before someone knocks: one of a list."""

    code = forms.ChoiceField(
        label=gettext_lazy("Ce qui est utile à savoir"),
        choices=lambda: [(kind.code, told(kind.label)) for kind in _MINE],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choisissez une consigne.")},
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Langue"),
        required=False,
        choices=lambda: [("", gettext("Sans objet")), *((code, told(label)) for code, label in LANGUAGES.items())],
        help_text=gettext_lazy("Pour « Interprète utile » seulement."),
    )


class ContestForm(forms.Form):
    ground = forms.ChoiceField(choices=list(CONTEST_GROUNDS.items()))


class GroundNeeded(Refusal):
    """Choisissez dans la liste pourquoi vous contestez cette consigne."""


def facts(request: ActorRequest) -> HttpResponse:
    """The facts about me, and a new one."""
    form = OwnFactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fact = NewFact(code=form.cleaned_data["code"], language=form.cleaned_data["language"])
        try:
            state_fact(person_id=me(request), fact=fact, actor=request.actor, at=now())
        except Refusal as refusal:
            form.add_error(None, why_refused(refusal))
        else:
            messages.success(request, gettext("C’est noté. Vous pouvez la retirer à tout moment."))
            return HttpResponseRedirect(reverse("home:facts"))
    rows = facts_of_persons([me(request)])
    context: dict[str, object] = {
        "crumbs": trail((gettext("Mon dossier"), reverse("home:file")), (gettext("Consignes"), "")),
        "running": [_line(row) for row in rows if _runs(row)],
        "over": [_line(row) for row in rows if not _runs(row)],
        "grounds": {code: told(label) for code, label in CONTEST_GROUNDS.items()},
        "form": form,
    }
    answer = page(request, "home/facts.html", context)
    answer.status_code = 422 if form.errors else 200
    return answer


def _runs(row: FactRow) -> bool:
    return row.ended_on is None and not row.has_expired(today())


def _line(row: FactRow) -> dict[str, object]:
    """A fact in words: nothing of it is hidden from whom it is about."""
    kind = KINDS[row.code]
    detail = told(LANGUAGES[row.language] if row.language else dict(kind.reasons).get(row.reason, ""))
    label = told(kind.label)
    return {
        "row": row,
        "label": f"{label}\u00a0: {detail.lower()}" if detail else label,
        "source": told(SOURCE_LABELS[row.source]),
        "audience": _audience(kind),
        "why": told(PURPOSES[kind.purpose].plain_words),
        "ends": _runs(row) and not kind.is_restricted,
        "contests": _runs(row) and row.contest_due_on is None and row.source != Source.PERSON,
        "answer": told(CONTEST_ANSWERS[row.contest_answer][0]) if row.contest_answer else "",
    }


def _audience(kind: FactKind) -> str:
    return ", ".join(told(ROLE_LABELS[role]).lower() for role in kind.audience)


def fact_end(request: ActorRequest, fact_id: int) -> HttpResponse:
    """Take away a fact that I stated, or that was stated at my request."""
    try:
        end_fact(fact_id=fact_id, actor=request.actor, at=now())
    except FactNotFound as stranger:
        raise Http404 from stranger
    request.reading.saw([me(request)])
    messages.success(request, gettext("C’est fait\u00a0: plus personne ne lit cette consigne."))
    return HttpResponseRedirect(reverse("home:facts"))


def fact_contest(request: ActorRequest, fact_id: int) -> HttpResponse:
    """Contest a fact: the agency's manager owes an answer before a day."""
    form = ContestForm(request.POST)
    if not form.is_valid():
        raise GroundNeeded
    try:
        due_on = contest_fact(fact_id=fact_id, ground=form.cleaned_data["ground"], actor=request.actor, at=now())
    except FactNotFound as stranger:
        raise Http404 from stranger
    request.reading.saw([me(request)])
    said = gettext("C’est transmis. Une réponse vous est due avant le %(day)s.") % {"day": words.day_short(due_on)}
    messages.success(request, said)
    return HttpResponseRedirect(reverse("home:facts"))
