"""« Mes droits »: what a person may ask about their data, what they asked, and the answers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from django import forms
from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from palier.foundation.clock import now, today
from palier.home.navigation import me, page, trail
from palier.privacy.catalogue import CATEGORIES
from palier.privacy.rights import may_read_of
from palier.rights.models import REASONS
from palier.rights.operations.answer import hand_over
from palier.rights.operations.ask import ask_right
from palier.rights.queries.requests import package_by_id, packages_of, request_by_id, requests_of, steps_of
from palier.rights.rules.answers import ABOUT, COPIES, RIGHTS, WORDS
from palier.rights.rules.answers import REASONS as OFFERED
from palier.rights.spool import Spool
from palier.rights.wording import state, thread, title
from palier.web.choices import offer
from palier.web.languages import told
from palier.web.requests import ActorRequest

# How a right is written in an address.
WAYS: Final = {
    "copie": "ACCESS",
    "rectification": "RECTIFICATION",
    "effacement": "ERASURE",
    "limitation": "RESTRICTION",
    "opposition": "OBJECTION",
    "portabilite": "PORTABILITY",
}


def requests(request: ActorRequest) -> HttpResponse:
    """What the person may ask, and all that they asked."""
    asked = [(each, title(each), state(each, on=today())) for each in requests_of(me(request))]
    ways = [(way, WORDS[code]) for way, code in WAYS.items()]
    context = {
        "crumbs": trail((gettext("Mon dossier"), reverse("home:file")), (gettext("Mes droits"), "")),
        "asked": asked,
        "ways": ways,
    }
    return page(request, "home/requests.html", context)


class RightForm(forms.Form):
    """A right exercised: a closed reason when the text asks for one, and which data."""

    raison = forms.ChoiceField(
        label=gettext_lazy("Pourquoi\u202f?"),
        choices=(),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choisissez une raison.")},
    )
    donnees = forms.MultipleChoiceField(
        label=gettext_lazy("Quelles données\u202f?"),
        choices=(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Cochez au moins une sorte de données.")},
    )

    def __init__(self, data: QueryDict | None, *, kind: str, about: Sequence[str]) -> None:
        super().__init__(data)
        reasons = OFFERED[kind]
        if len(reasons) > 1:
            offer(self, "raison", [(code, told(label)) for code, label in REASONS if code in reasons])
        else:
            del self.fields["raison"]
        if kind in COPIES:
            del self.fields["donnees"]
        else:
            offer(self, "donnees", [(code, told(CATEGORIES[code].label)) for code in about])


def request_new(request: ActorRequest, way: str) -> HttpResponse:
    """One right, in plain words, then asked for: the same request when one is open already."""
    kind = WAYS.get(way)
    if kind not in RIGHTS:
        raise Http404
    posted = request.method == "POST"
    # Of a lease and an account, whoever asks for a dwelling has none.
    about = [code for code in ABOUT if may_read_of(request.actor.role, code)]
    form = RightForm(request.POST if posted else None, kind=kind, about=about)
    # From a part of the file: that part is ticked already.
    if request.GET.get("donnees") in about:
        form.initial["donnees"] = [request.GET["donnees"]]
    if posted and form.is_valid():
        reasons = OFFERED[kind]
        number = ask_right(
            kind=kind,
            reason=form.cleaned_data.get("raison", reasons[0] if reasons else ""),
            about=form.cleaned_data.get("donnees", []),
            actor=request.actor,
            at=now(),
        )
        request.reading.saw([me(request)])
        return HttpResponseRedirect(reverse("home:request", args=[number]))
    response = page(
        request,
        "home/request_new.html",
        {
            "crumbs": trail(
                (gettext("Mon dossier"), reverse("home:file")),
                (gettext("Mes droits"), reverse("home:requests")),
                (told(WORDS[kind].label), ""),
            ),
            "title": told(WORDS[kind].label),
            "right": WORDS[kind],
            "form": form,
        },
    )
    if posted:
        response.status_code = 422
    return response


def request(request: ActorRequest, request_id: int) -> HttpResponse:
    """The thread of one request; anyone else's does not exist."""
    asked = request_by_id(request_id)
    if asked is None or asked.person_id != me(request):
        raise Http404
    return page(
        request,
        "home/request.html",
        {
            "crumbs": trail(
                (gettext("Mon dossier"), reverse("home:file")),
                (gettext("Mes droits"), reverse("home:requests")),
                (title(asked), ""),
            ),
            "asked": asked,
            "title": title(asked),
            "state": state(asked, on=today()),
            "thread": thread(asked, steps_of(asked.id)),
            "packages": packages_of(asked.id, at=now()) if asked.answered_at is not None else [],
        },
    )


def request_package(request: ActorRequest, package_id: int) -> HttpResponseBase:
    """The copy of one's own file, while it is kept; fetching it is written in the thread."""
    package = package_by_id(package_id, at=now())
    asked = None if package is None else request_by_id(package.request_id)
    if package is None or asked is None or asked.person_id != me(request) or asked.answered_at is None:
        raise Http404
    stream = Spool(Path(settings.DOCUMENT_ROOT)).open_sealed(package.sha256, package.kept_key)
    hand_over(request_id=asked.id, actor=request.actor, at=now())
    request.reading.saw([me(request)])
    response = FileResponse(stream, as_attachment=True, filename="mon-dossier.zip", content_type="application/zip")
    response["Cache-Control"] = "no-store"
    return response
