"""Protected addresses: who holds them, their files, their beginning and their end. No list ever shows a name."""

from django.contrib import messages
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from palier.admission.models import PAPERS
from palier.admission.operations.asking import ask_for_one_letter
from palier.admission.operations.slips import give_slip
from palier.agents.operations.protect import end_protection, possible_holders, protect_person
from palier.agents.queries import protections_held
from palier.desk.answers import strangers_get_404
from palier.desk.forms_openings import GROUNDS, ProtectForm
from palier.desk.navigation import address, framed
from palier.desk.views_openings import access_tabs, file_page
from palier.estate.landlord import landlord_facts
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.leases.access import lease_in_scope
from palier.leases.queries.lease import lease_facts, occupants_of
from palier.leases.queries.protected import leases_held
from palier.privacy.rights import may_open
from palier.web.components import Link
from palier.web.requests import ActorRequest


def protections(request: ActorRequest) -> HttpResponseBase:
    """The protections confided to whoever asks, by number and ground."""
    held = protections_held()
    ends = may_open(request.actor.role, "desk:protection_end")
    files = leases_held()
    context: dict[str, object] = {
        "tabs": access_tabs(request, "protections"),
        "protections": [
            {
                "row": each,
                "ground": GROUNDS[each.ground],
                "files": [
                    (
                        reverse("desk:protected_file", args=[one.lease_id]),
                        one.lease_id,
                        address(request.actor.role, "protected_mail", one.lease_id),
                    )
                    for one in files
                    if one.protection_id == each.id
                ],
                "end_url": reverse("desk:protection_end", args=[each.id]) if ends else "",
            }
            for each in held
        ],
    }
    return framed(request, "desk/protections.html", context)


def protected_file(request: ActorRequest, lease_id: int) -> HttpResponseBase:
    """The file of someone protected, for those who hold it."""
    here = lease_facts(lease_id, with_history=False)
    if here is None:
        raise Http404
    letter_url = reverse("desk:protected_access_letter", args=[lease_id])
    return file_page(
        request,
        here,
        why="Protection d’une adresse",
        letter_url=letter_url,
        slip_page="desk:protected_access_slip",
    )


def protected_access_letter(request: ActorRequest, lease_id: int) -> HttpResponseBase:
    """A letter of access for each holder of a protected lease, without an address: handed over, never posted."""
    holders = [each.person_id for each in occupants_of(lease_id) if each.role != "OCCUPANT"]
    if lease_facts(lease_id, with_history=False) is None or not holders:
        raise Http404
    request.reading.saw(holders)
    try:
        for person_id in holders:
            ask_for_one_letter(person_id=person_id, by_hand=True, actor=request.actor)
        messages.success(request, "La lettre se prépare sans adresse. L’atelier du courrier vous la remet scellée.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("desk:protected_file", args=[lease_id]))


def protected_access_slip(request: ActorRequest, lease_id: int, person_id: int) -> HttpResponseBase:
    """A slip for a holder of a protected lease who stands there, identity checked: its number, shown this once."""
    here = lease_facts(lease_id, with_history=False)
    holders = [each for each in occupants_of(lease_id) if each.role != "OCCUPANT" and each.person_id == person_id]
    if here is None or not holders:
        raise Http404
    request.reading.saw([person_id])
    context: dict[str, object] = {
        "who": holders[0].display_name,
        "papers": PAPERS,
        "back_url": reverse("desk:protected_file", args=[lease_id]),
        "back_label": "Revenir au dossier",
        "crumbs": [
            Link(label="Adresses protégées", url=reverse("desk:protections")),
            Link(label="Dossier", url=reverse("desk:protected_file", args=[lease_id])),
            Link(label="Bon d’accès"),
        ],
    }
    status = 200
    if request.method == "POST":
        try:
            context["number"] = give_slip(
                person_id=person_id,
                paper=request.POST.get("piece", ""),
                actor=request.actor,
                at=now(),
                residence_id=here.residence_id,
            )
            context["landlord"] = landlord_facts()
        except Refusal as refusal:
            context["said"], status = str(refusal), 422
    return framed(request, "desk/tenant_access_slip.html", context, status=status)


@strangers_get_404
def protect(request: ActorRequest, lease_id: int) -> HttpResponseBase:
    """Protect someone of a lease: from then on the lease is out of every list."""
    here = lease_in_scope(lease_id, actor=request.actor)
    occupants = occupants_of(lease_id)
    request.reading.saw(occupant.person_id for occupant in occupants)
    form = ProtectForm(
        request.POST or None,
        persons=[(each.person_id, each.display_name) for each in occupants],
        holders=possible_holders(),
        me=request.actor.agent_id,
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                protect_person(
                    person_id=form.cleaned_data["person"],
                    ground=form.cleaned_data["ground"],
                    holder_ids=form.cleaned_data["holders"],
                    actor=request.actor,
                    on=today(),
                )
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, "L’adresse est protégée : ce dossier ne s’ouvre plus que d’ici.")
                return HttpResponseRedirect(reverse("desk:protections"))
    context: dict[str, object] = {
        "form": form,
        "reference": here.reference,
        "back_url": address(request.actor.role, "lease", lease_id),
        "crumbs": [
            Link(label="Baux", url=address(request.actor.role, "leases")),
            Link(label=here.reference, url=address(request.actor.role, "lease", lease_id)),
            Link(label="Protéger l’adresse"),
        ],
    }
    return framed(request, "desk/protect.html", context, status=status)


@strangers_get_404
def protection_end(request: ActorRequest, protection_id: int) -> HttpResponseBase:
    """The protection ends today."""
    end_protection(protection_id=protection_id, on=today())
    messages.success(request, "La protection prend fin ce soir : le dossier reparaît demain.")
    return HttpResponseRedirect(reverse("desk:protections"))
