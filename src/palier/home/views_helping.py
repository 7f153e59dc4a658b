"""« Mes aidants »: those whom a tenant lets help them; and what such a helper finds when they enter.
Beside them, what somebody else may have left in an account that its owner enters again.

A helper sees the account and the documents, or reports a problem, as the tenant chose. Never a consent, a payment, the
file's readings, the list of helpers, nor a way in: these pages are not declared to their role.
"""

from http import HTTPStatus
from typing import Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from palier.admission.letter import PAGE
from palier.admission.models import EVENTS
from palier.admission.operations.helping import (
    HelperNotFound,
    HelperRow,
    Wanted,
    helpers_of,
    let_help,
    withdraw_help,
)
from palier.admission.queries import steps_of
from palier.dispatch.operations.vaults import own_vaults
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.home import sentences
from palier.home.navigation import me, page, trail
from palier.leases.queries.tenant import own_leases
from palier.ledger.standing import standing_of
from palier.people.queries import contacts_of_person
from palier.privacy.catalogue import REPORTS, SEES
from palier.web.languages import said as why_refused
from palier.web.requests import ActorRequest

# Where a helper types the code.
TAKE: Final = PAGE.replace("ouvrir", "aider")


class HelperForm(forms.Form):
    """Who helps, for what, until when."""

    name = forms.CharField(max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    link = forms.ChoiceField(widget=forms.RadioSelect)
    may_see = forms.BooleanField(required=False)
    may_report = forms.BooleanField(required=False)
    until_on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["name"].label = _("Son nom")
        link = self.fields["link"]
        link.label = _("Cette personne est")
        if isinstance(link, forms.ChoiceField):
            link.choices = [("PROCHE", _("un proche")), ("ASSOCIATION", _("une association ou un service social"))]
        self.fields["may_see"].label = _("Voir mon compte et mes documents")
        self.fields["may_report"].label = _("Signaler un problème dans le logement")
        self.fields["until_on"].label = _("Jusqu’au")
        self.fields["until_on"].help_text = _("Un an au plus. Vous pouvez arrêter avant, en un geste.")


def helping(request: ActorRequest) -> HttpResponse:
    """The helpers of a tenant, those of before too."""
    rows = helpers_of(me(request))
    context = {
        "crumbs": trail((_("Mon dossier"), reverse("home:file")), (_("Mes aidants"), "")),
        "rows": [row for row in rows if _runs(row)],
        "over": [row for row in rows if not _runs(row)],
        "steps": [(_(dict(EVENTS)[step.kind]), step.at) for step in steps_of(me(request))],
    }
    return page(request, "home/helping.html", context)


def entered_again(request: ActorRequest) -> HttpResponse:
    """The first page after a letter opened an account anew: what stood before and still does, each with its button."""
    leases = {lease.id: lease for lease in own_leases(me(request), on=today())}
    vaults = own_vaults(list(leases), actor=request.actor)
    context = {
        "crumbs": trail((_("Vérifiez votre espace"), "")),
        "rows": [row for row in helpers_of(me(request)) if _runs(row)],
        "vaults": [(leases[lease_id], vault) for lease_id, vault in vaults.items()],
        "contacts": contacts_of_person(me(request)),
    }
    return page(request, "home/entered_again.html", context)


def helping_new(request: ActorRequest) -> HttpResponse:
    """Let somebody help: the code to give them is shown this once."""
    form = HelperForm(request.POST if request.method == "POST" else None)
    context: dict[str, object] = {
        "crumbs": trail((_("Mes aidants"), reverse("home:helping")), (_("Ajouter un aidant"), "")),
        "form": form,
    }
    status = int(HTTPStatus.OK)
    if request.method == "POST":
        status = int(HTTPStatus.UNPROCESSABLE_ENTITY)
        if form.is_valid():
            try:
                context["code"] = let_help(person_id=me(request), wanted=Wanted(**form.cleaned_data), at=now())
                context |= {"name": form.cleaned_data["name"], "take": request.build_absolute_uri(TAKE)}
                status = int(HTTPStatus.OK)
            except Refusal as refusal:
                context["said"] = why_refused(refusal)
    response = page(request, "home/helping_new.html", context)
    response.status_code = status
    return response


def helping_end(request: ActorRequest, helper_id: int) -> HttpResponse:
    """Withdraw a help, in one click."""
    request.reading.saw([me(request)])
    try:
        withdraw_help(helper_id, person_id=me(request), at=now())
    except HelperNotFound as error:
        raise Http404 from error
    messages.success(request, _("C’est retiré. Cette personne ne voit plus rien dès maintenant."))
    return HttpResponseRedirect(reverse("home:helping"))


def helper_page(request: ActorRequest) -> HttpResponse:
    """The first page of a helper: what the tenant lets them do, and nothing else."""
    on = today()
    may_see = SEES in request.actor.helps
    shown = [
        (lease, sentences.balance_sentence(standing_of(lease.account_id, on=on).total_cents))
        for lease in (own_leases(me(request), on=on) if may_see else [])
    ]
    return page(
        request, "home/helper.html", {"shown": shown, "may_see": may_see, "may_report": REPORTS in request.actor.helps}
    )


def _runs(row: HelperRow) -> bool:
    return row.ended_at is None and row.until_on >= today()
