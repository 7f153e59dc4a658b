"""The screen of free text: what it refused, where it was wrong, the landlord's words, and a text to try."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import reverse

from palier.desk.navigation import framed
from palier.desk.views_privacy import privacy_tabs
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.screening.models import SEVERITIES
from palier.screening.operations.terms import WordUnknown, add_term, remove_term
from palier.screening.operations.texts import report_false_alarm
from palier.screening.queries import (
    false_alarms,
    judged,
    justified_warnings,
    landlord_terms,
    person_text_fields,
    refusals_by_agency,
    refusals_by_month,
)
from palier.screening.shown import LABELS, READ_BY_THE_PERSON, pieces, reasons
from palier.web.requests import ActorRequest

_LONGEST = 600
_DECISIONS = {"accept": "Rien n’a été trouvé.", "warn": "À reformuler.", "block": "Ne peut pas être gardé."}


class TermForm(forms.Form):
    """A word to add, with the two texts that prove it."""

    word = forms.CharField(label="Mot ou suite de mots", max_length=40)
    category = forms.ChoiceField(label="Catégorie", choices=[("", "Choisir"), *LABELS.items()])
    severity = forms.ChoiceField(label="Gravité", choices=list(SEVERITIES.items()))
    hit = forms.CharField(label="Une phrase où il doit être trouvé", max_length=160)
    look_alike = forms.CharField(label="Une phrase où il ne doit pas l’être", max_length=160)


def screening(request: ActorRequest) -> HttpResponseBase:
    """Counts, words, and a text to try, which is kept nowhere."""
    context: dict[str, object] = {}
    form = TermForm(label_suffix="")
    status = 200
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        if kind == "try":
            context |= _tried(request.POST.get("texte", "")[:_LONGEST])
        elif kind in ("add", "remove"):
            form = TermForm(request.POST, label_suffix="") if kind == "add" else form
            try:
                done = _changed(kind, form, request.POST)
            except Refusal as refusal:
                context["error"], status = str(refusal), 422
            else:
                if done:
                    messages.success(request, done)
                    return HttpResponseRedirect(reverse("desk:screening"))
                status = 422
        else:
            raise Http404
    return framed(request, "desk/screening.html", context | _counts(request) | {"form": form}, status=status)


def false_alarm(request: ActorRequest) -> HttpResponse:
    """« Ce n’est pas ce que dit mon texte »: the term is counted, nothing else."""
    report_false_alarm(request.POST.get("term", "")[:40], on=today())
    return framed(request, "desk/screening_reported.html", {})


def _changed(kind: str, form: TermForm, posted: QueryDict) -> str:
    if kind == "remove":
        number = posted.get("id", "")[:18]
        if not number.isdecimal():
            raise WordUnknown
        remove_term(int(number))
        return "Le mot est retiré de la liste du bailleur."
    if not form.is_valid():
        return ""
    asked = form.cleaned_data
    add_term(
        word=asked["word"],
        category=asked["category"],
        severity=asked["severity"],
        hit=asked["hit"],
        look_alike=asked["look_alike"],
        at=now(),
    )
    return "Le mot est ajouté à la liste du bailleur."


def _tried(text: str) -> dict[str, object]:
    verdict = judged(text)
    return {
        "text": text,
        "said": _DECISIONS[verdict.decision],
        "pieces": pieces(text, verdict),
        "reasons": reasons(text, verdict),
        "read_by": READ_BY_THE_PERSON,
    }


def _counts(request: ActorRequest) -> dict[str, object]:
    return {
        "tabs": privacy_tabs(request, "screening"),
        "agencies": [
            {
                "place": f"Agence n°\u00a0{row.label}" if row.label else "Siège",
                "category": LABELS[row.category],
                "count": row.count,
            }
            for row in refusals_by_agency()
        ],
        "months": refusals_by_month(),
        "justified": [(reason, LABELS[category], count) for reason, category, count in justified_warnings()],
        "false_alarms": false_alarms(),
        "terms": [(row, LABELS[row.category], SEVERITIES[row.severity]) for row in landlord_terms()],
        "person_texts": len(person_text_fields()),
        "longest": _LONGEST,
    }
