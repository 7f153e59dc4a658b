"""What the holders of a lease agreed to: where each family stands, its history, its proof; and writing down a paper."""

from typing import Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from palier.desk.answers import strangers_get_404
from palier.desk.forms_consents import ConsentForm
from palier.desk.navigation import address, framed
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.leases.access import lease_in_scope
from palier.leases.consent_proof import consent_proof_pdf
from palier.leases.consents import ONES_OWN, text_in_force
from palier.leases.operations.consents import write_consent_down
from palier.leases.queries.consents import FamilyStanding, consents_of, holders_of, standing_of
from palier.leases.queries.lease import LeaseFacts
from palier.privacy.declare import Verb
from palier.privacy.rights import may_write
from palier.web import words
from palier.web.components import Link, Tag, Tone
from palier.web.requests import ActorRequest

_PAPER: Final = Tag(label="papier")


@strangers_get_404
def lease_consents(request: ActorRequest, lease_id: int) -> HttpResponseBase:
    """Where each family stands; an agent writes down what was signed."""
    here, on = lease_in_scope(lease_id, actor=request.actor), today()
    holders = holders_of(lease_id, on=on)
    request.reading.saw(holder.person_id for holder in holders)
    form = ConsentForm(holders, on=on, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            new = write_consent_down(
                lease_id=lease_id,
                person_id=form.cleaned_data["titulaire"],
                families=form.cleaned_data["familles"],
                word=form.cleaned_data["accord"],
                means=form.cleaned_data["moyen"],
                said_on=form.cleaned_data["le"],
                actor=request.actor,
                at=now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            said = (
                f"{words.count(new, 'accord noté', 'accords notés')}."
                if new
                else "Rien de nouveau\u00a0: c’était déjà noté."
            )
            messages.success(request, said)
            return HttpResponseRedirect(reverse("desk:lease_consents", args=[lease_id]))
    return _page(request, here, form)


@strangers_get_404
def lease_consents_proof(request: ActorRequest, lease_id: int) -> HttpResponseBase:
    """The proof on paper, with the texts word for word."""
    here = lease_in_scope(lease_id, actor=request.actor)
    rows = consents_of(lease_id)
    request.reading.saw({row.person_id for row in rows})
    content = consent_proof_pdf(lease=here.reference, words=rows, on=today())
    headers = {"Content-Disposition": f'inline; filename="accords-{here.reference}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _page(request: ActorRequest, here: LeaseFacts, form: ConsentForm) -> HttpResponseBase:
    role, on = request.actor.role, today()
    rows = consents_of(here.id)
    request.reading.saw({row.person_id for row in rows})
    context: dict[str, object] = {
        "lease": here,
        "standing": [(each, _tag(each)) for each in standing_of(here.id, on=on)],
        "rows": rows,
        "texts": [text_in_force(each.family, on=on) for each in standing_of(here.id, on=on)],
        "form": form if may_write(role, "leases_consent", Verb.INSERT) else None,
        "crumbs": [Link(label=f"Bail {here.reference}", url=address(role, "lease", here.id)), Link(label="Accords")],
    }
    return framed(request, "desk/lease_consents.html", context, status=422 if form.errors else 200)


def _tag(standing: FamilyStanding) -> Tag:
    if standing.family in ONES_OWN:
        return Tag(label="demandé", tone=Tone.OK) if standing.since else Tag(label="non")
    if standing.since:
        return Tag(label="en ligne", tone=Tone.OK)
    if any(word is not None and word.is_given for _, word in standing.words):
        return Tag(label="papier, un accord manque", tone=Tone.WARN)
    return _PAPER
