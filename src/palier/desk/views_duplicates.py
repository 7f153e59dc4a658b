"""Applications that a strong key brings together: who instructs both merges them, or says they are distinct."""

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from palier.demandes.models import Duplicate
from palier.demandes.operations.duplicates import keep_apart, merge
from palier.demandes.queries.duplicates import DuplicateRow, proposed_duplicates
from palier.desk.labels import labels_of
from palier.desk.navigation import framed
from palier.desk.views_applications import tabs_of
from palier.foundation.clock import now
from palier.web import words
from palier.web.amounts import row_number
from palier.web.requests import ActorRequest

_KEYS: Final = labels_of(Duplicate, "key")


def application_duplicates(request: ActorRequest) -> HttpResponse:
    """Pairs to look at, by number."""
    found = proposed_duplicates()
    request.reading.saw(person for row in found for person in (row.first_person_id, row.second_person_id))
    context: dict[str, object] = {
        "tabs": tabs_of(request, "application_duplicates"),
        "pairs": [(row, words.capital(_KEYS[row.key])) for row in found],
    }
    return framed(request, "desk/application_duplicates.html", context)


def duplicate_merge(request: ActorRequest, duplicate_id: int) -> HttpResponseBase:
    """One of the two stays, with the oldest seniority."""
    kept_id = row_number(request.POST.get("garder", ""))
    pair = _found(request, duplicate_id)
    if kept_id is None:
        raise Http404
    merge(duplicate_id=pair.id, kept_id=kept_id, actor=request.actor, at=now())
    messages.success(request, "Les deux demandes sont réunies\u00a0: l’ancienneté la plus haute est gardée.")
    return HttpResponseRedirect(reverse("desk:application", args=[kept_id]))


def duplicate_keep_apart(request: ActorRequest, duplicate_id: int) -> HttpResponseBase:
    """The two are distinct: they are not proposed again."""
    pair = _found(request, duplicate_id)
    keep_apart(duplicate_id=pair.id, actor=request.actor, at=now())
    messages.success(request, "C’est noté\u00a0: deux demandes distinctes.")
    return HttpResponseRedirect(reverse("desk:application_duplicates"))


def _found(request: ActorRequest, duplicate_id: int) -> DuplicateRow:
    """A pair that whoever asks may decide. To anyone else it does not exist."""
    for row in proposed_duplicates():
        if row.id == duplicate_id and row.may_be_decided:
            request.reading.saw([row.first_person_id, row.second_person_id])
            return row
    raise Http404
