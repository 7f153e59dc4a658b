"""One lease: its page, a new one on a vacant dwelling, a new amount, its end, what the caretaker may be told."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect

from palier.campaigns.operations.corrections import correct_term
from palier.desk.answers import strangers_get_404
from palier.desk.forms_leases import EndForm, LeaseForm, TermForm, _SeenForm
from palier.desk.history import change_events, differences
from palier.desk.navigation import address, framed
from palier.desk.tables_estate import NATURES, PAYMENT_MODES, place, place_of, rooms_label
from palier.desk.tables_leases import LEASE_KINDS
from palier.desk.tracing import trace_of
from palier.estate.access import dwelling_in_scope
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.leases.access import lease_in_scope
from palier.leases.operations import (
    LeaseChangedMeanwhile,
    create_lease,
    end_lease,
    share_contact,
    take_notice_back,
)
from palier.leases.operations.rents import highest_rent
from palier.leases.queries.lease import (
    LeaseFacts,
    OccupantRow,
    TermRow,
    changes_of,
    contacts_of,
    documents_of,
    household_of,
    leases_of_dwelling,
    occupants_of,
    running_lease,
    terms_of,
)
from palier.mail.models import DOCUMENT_KINDS
from palier.privacy.declare import Verb
from palier.privacy.rights import may_read, may_write
from palier.quittancement.queries.account import notified_amounts
from palier.retention.clocks import Clock, clocks_of_person
from palier.rights.access import refuse_frozen
from palier.rights.queries.requests import frozen_persons
from palier.web import words
from palier.web.amounts import sent_number
from palier.web.components import Fig, Link
from palier.web.requests import ActorRequest

CHANNELS = {"PHONE": "Téléphone", "SMS": "SMS", "EMAIL": "Courriel"}
DOCUMENTS = {kind: label[0].upper() + label[1:] for kind, label in DOCUMENT_KINDS}
_AS_IT_STANDS = (
    "Ce bail a été modifié pendant que vous le lisiez\u00a0: le voici tel qu’il est. Le congé n’est pas repris\u00a0: "
    "recommencez s’il le faut encore."
)
ROLES = {"HOLDER": "titulaire", "COHOLDER": "cotitulaire", "OCCUPANT": "occupant"}


@strangers_get_404
def lease(request: ActorRequest, lease_id: int) -> HttpResponseBase:
    """The lease whole, as far as whoever asks has a right on its parts."""
    role, on = request.actor.role, today()
    here = lease_in_scope(lease_id, actor=request.actor)
    amounts_on = _amounts_on(here)
    terms, occupants = terms_of(lease_id), occupants_of(lease_id)
    people = [occupant.person_id for occupant in occupants]
    request.reading.saw(people)
    is_open = here.ends_on is None or here.ends_on >= on
    writes = is_open and may_write(role, "leases_term", Verb.INSERT)
    context: dict[str, object] = {
        "lease": here,
        "names": _names(occupants),
        "facts": _facts(here),
        "figs": _figs(here, terms),
        "tabs": _tabs(request, here),
        "terms": [(term, term.is_current(amounts_on)) for term in terms],
        "has_past": any(not term.is_current(amounts_on) for term in terms),
        "occupants": _reachable(request, occupants),
        "roles": ROLES,
        "household": _household(request, here),
        "notified": notified_amounts(lease_id),
        "documents": [
            (
                document,
                DOCUMENTS[document.kind],
                address(role, "document_pdf", document.id) if document.pdf_bytes else "",
            )
            for document in (documents_of(lease_id) if may_read(role, "mail_document") else [])
        ],
        "changes": change_events(changes_of(lease_id, people)) if may_read(role, "leases_change") else [],
        "tells_history": may_read(role, "leases_change"),
        "rights_url": address(role, "rights_write_down", lease_id),
        "is_frozen": may_read(role, "rights_request") and bool(frozen_persons(people)),
        "term_url": address(role, "lease_term", lease_id) if writes else "",
        "mandate_url": address(role, "mandates", lease_id),
        "end_url": address(role, "lease_end", lease_id) if writes else "",
        "consents_url": address(role, "lease_consents", lease_id),
        "protect_url": address(role, "protect", lease_id),
        "repair_url": address(role, "repair_write", lease_id),
        "write_url": address(role, "lease_write", lease_id) if is_open else "",
        "shares": writes and may_write(role, "people_contact", Verb.UPDATE),
        "clocks": _clocks(request, occupants),
        "trace": trace_of(request),
        "verb": _verb(occupants),
        "crumbs": _crumbs(request, here, _names(occupants)),
    }
    return framed(request, "desk/lease.html", context)


def _clocks(request: ActorRequest, occupants: list[OccupantRow]) -> list[Clock]:
    """Until when the first holder's data are kept, for who reads all that it is worked out from."""
    holder = next((occupant.person_id for occupant in occupants if occupant.role == "HOLDER"), None)
    reads = all(may_read(request.actor.role, table) for table in ("people_income", "ledger_posting"))
    return clocks_of_person(holder, on=today()) if holder is not None and reads else []


def _names(occupants: list[OccupantRow]) -> str:
    holders = [occupant.display_name for occupant in occupants if occupant.role != "OCCUPANT"]
    return ", ".join(holders) or "Sans titulaire"


def _verb(occupants: list[OccupantRow]) -> str:
    """How many will see this reading."""
    return "voient" if sum(occupant.role != "OCCUPANT" for occupant in occupants) > 1 else "voit"


def _facts(here: LeaseFacts) -> str:
    room = rooms_label(here.rooms)
    parts = [f"{place(here.building, here.staircase, here.door)}, {here.residence}"]
    if room or here.floor_area_m2 is not None:
        parts.append(", ".join(part for part in (room, words.surface(here.floor_area_m2)) if part))
    parts.append(f"{LEASE_KINDS[here.kind]} {here.reference} depuis le {words.day_short(here.starts_on)}")
    return " · ".join(parts)


def _amounts_on(here: LeaseFacts) -> date:
    """Today, or the nearest day of a lease that is to come or over."""
    return max(here.starts_on, min(today(), here.ends_on or today()))


def _figs(here: LeaseFacts, terms: list[TermRow]) -> list[Fig]:
    current = [term for term in terms if term.is_current(_amounts_on(here))]
    rent = sum(term.amount_cents for term in current if not term.kind.startswith("PROVISION"))
    charges = sum(term.amount_cents for term in current if term.kind.startswith("PROVISION"))
    ends = Fig(label="Fin du bail", value=words.day_short(here.ends_on))
    return [
        Fig(label="Loyer et annexes", value=words.euros(rent), note="par mois"),
        Fig(label="Avances sur charges", value=words.euros(charges), note="par mois"),
        Fig(label="Dépôt de garantie", value=words.euros(here.deposit_cents)),
        Fig(
            label="Paiement",
            value=PAYMENT_MODES[here.payment_mode].capitalize(),
            note=f"le {here.debit_day}" if here.debit_day else "",
        ),
        *([ends] if here.ends_on else []),
    ]


def _tabs(request: ActorRequest, here: LeaseFacts) -> list[Link]:
    role = request.actor.role
    return [
        Link(label="Bail", url=address(role, "lease", here.id), current=True),
        Link(label="Compte", url=address(role, "account", here.account_id)),
        *([Link(label="Consignes", url=facts)] if (facts := address(role, "lease_facts", here.id)) else []),
    ]


def _crumbs(request: ActorRequest, here: LeaseFacts, names: str) -> list[Link]:
    role = request.actor.role
    return [
        Link(label="Baux", url=address(role, "leases")),
        Link(label=here.residence, url=address(role, "residence", here.residence_id)),
        Link(label=f"{place(here.building, here.staircase, here.door)}, {names}"),
    ]


def _reachable(request: ActorRequest, occupants: list[OccupantRow]) -> list[tuple[OccupantRow, list[object]]]:
    """Each occupant with their contacts, when the reader has a right on contacts."""
    if not may_read(request.actor.role, "people_contact"):
        return [(occupant, []) for occupant in occupants]
    request.reading.saw((), "COORDONNEES")
    contacts = contacts_of([occupant.person_id for occupant in occupants])
    return [
        (occupant, [(each, CHANNELS[each.channel]) for each in contacts if each.person_id == occupant.person_id])
        for occupant in occupants
    ]


def _household(request: ActorRequest, here: LeaseFacts) -> str:
    """ "2 adultes, 1 personne à charge": when the reader has a right on households."""
    if here.household_id is None or not may_read(request.actor.role, "people_household"):
        return ""
    request.reading.saw((), "FOYER")
    household = household_of(here.household_id)
    if household is None:
        return ""
    parts = [words.count(household.adults, "adulte")]
    if household.is_couple:
        parts.append("en couple")
    parts.append(words.count(household.dependants, "personne à charge", "personnes à charge"))
    return ", ".join(parts)


# --- Writing ---------------------------------------------------------------------------------------------------------


@strangers_get_404
def lease_create(request: ActorRequest, dwelling_id: int) -> HttpResponseBase:
    """A new lease on a vacant dwelling."""
    role = request.actor.role
    here = dwelling_in_scope(dwelling_id)
    form = LeaseForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                written = create_lease(dwelling_id=dwelling_id, lease=form.lease, actor=request.actor, at=now())
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, f"Le bail {written.reference} est enregistré.")
                return HttpResponseRedirect(address(role, "lease", written.pk))
    context: dict[str, object] = {
        "dwelling": here,
        "place": place_of(here),
        "nature": NATURES[here.residence.nature],
        "most_cents": highest_rent(here, on=today()),
        "running": running_lease(leases_of_dwelling(dwelling_id), on=today()),
        "form": form,
        "back_url": address(role, "dwelling", dwelling_id),
        "crumbs": [
            Link(label="Patrimoine", url=address(role, "residences")),
            Link(label=here.residence.name, url=address(role, "residence", here.residence_id)),
            Link(label=place_of(here), url=address(role, "dwelling", dwelling_id)),
            Link(label="Nouveau bail"),
        ],
    }
    return framed(request, "desk/lease_create.html", context, status=status)


@strangers_get_404
def lease_term(request: ActorRequest, lease_id: int) -> HttpResponseBase:
    """A new dated amount of a lease."""
    here = lease_in_scope(lease_id, actor=request.actor)
    terms = terms_of(lease_id)
    form = TermForm(
        request.POST or None, lease=here, terms=terms, which=request.GET.get("montant", "")[:80], on=today()
    )
    status, changed = 200, False
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                refuse_frozen(lease_id)
                corrected = correct_term(
                    lease_id=lease_id,
                    term=form.term,
                    first_day=form.cleaned_data["first_day"],
                    seen_change_id=form.cleaned_data["seen"],
                    actor=request.actor,
                    at=now(),
                )
            except LeaseChangedMeanwhile as refusal:
                form.add_error(None, str(refusal))
                changed = True
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _recorded(form.term.label, len(corrected)))
                return HttpResponseRedirect(address(request.actor.role, "lease", lease_id))
    return _lease_form(request, here, form, "Modifier un montant", "Enregistrer ce montant", status, changed=changed)


def _recorded(label: str, months: int) -> str:
    said = f"Le montant « {label} » est enregistré."
    if not months:
        return said
    return f"{said} Sur le prochain avis\u00a0: {words.count(months, 'mois régularisé', 'mois régularisés')}."


@strangers_get_404
def lease_end(request: ActorRequest, lease_id: int) -> HttpResponseBase:
    """A notice received, and the last day of the lease; or the notice taken back."""
    here = lease_in_scope(lease_id, actor=request.actor)
    if request.POST.get("acte") == "REPRISE":
        return _notice_taken_back(request, here)
    initial: dict[str, object] = {
        "seen": here.last_change_id,
        "notice_given_on": here.notice_given_on,
        "ends_on": here.ends_on,
    }
    form = EndForm(request.POST or None, initial=initial)
    status, changed = 200, False
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                refuse_frozen(lease_id)
                end_lease(
                    lease_id=lease_id,
                    notice_given_on=form.cleaned_data["notice_given_on"],
                    ends_on=form.cleaned_data["ends_on"],
                    seen_change_id=form.cleaned_data["seen"],
                    actor=request.actor,
                    at=now(),
                )
            except LeaseChangedMeanwhile as refusal:
                form.add_error(None, str(refusal))
                changed = True
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, f"Le départ du bail {here.reference} est noté.")
                return HttpResponseRedirect(address(request.actor.role, "lease", lease_id))
    return _lease_form(request, here, form, "Noter un congé", "Enregistrer le départ", status, changed=changed)


def _notice_taken_back(request: ActorRequest, here: LeaseFacts) -> HttpResponseBase:
    request.reading.saw([occupant.person_id for occupant in occupants_of(here.id)])
    try:
        refuse_frozen(here.id)
        take_notice_back(
            lease_id=here.id,
            seen_change_id=sent_number(request, "seen"),
            actor=request.actor,
            at=now(),
        )
    except LeaseChangedMeanwhile:
        # No difference is listed on the page that follows: it is the lease itself.
        messages.error(request, _AS_IT_STANDS)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Le congé du bail {here.reference} est repris\u00a0: le bail continue.")
    return HttpResponseRedirect(address(request.actor.role, "lease", here.id))


def _lease_form(
    request: ActorRequest,
    here: LeaseFacts,
    form: _SeenForm,
    title: str,
    submit: str,
    status: int,
    *,
    changed: bool,
) -> HttpResponseBase:
    """The page of a form about a lease; when it changed meanwhile, with what changed."""
    occupants = occupants_of(here.id)
    people = [occupant.person_id for occupant in occupants]
    request.reading.saw(people)
    told: list[str] = []
    if changed:
        seen = form.cleaned_data["seen"]
        told = differences(changes_of(here.id, people, since=seen))
        form.start_again(here.last_change_id)
    names = _names(occupants)
    context: dict[str, object] = {
        "lease": here,
        "names": names,
        "facts": _facts(here),
        "title": title,
        "submit": submit,
        "form": form,
        "is_end": isinstance(form, EndForm),
        "takes_back": isinstance(form, EndForm)
        and here.notice_given_on is not None
        and (here.ends_on is None or here.ends_on >= today()),
        "differences": told,
        "back_url": address(request.actor.role, "lease", here.id),
        "crumbs": [*_crumbs(request, here, names)[:-1], Link(label=f"{here.reference}, {title.lower()}")],
        "trace": trace_of(request),
        "verb": _verb(occupants),
    }
    return framed(request, "desk/lease_form.html", context, status=status)


@strangers_get_404
def contact_share(request: ActorRequest, lease_id: int, contact_id: int) -> HttpResponseBase:
    """The tenant lets the caretaker see a contact, or no longer does."""
    refuse_frozen(lease_id)
    shared = request.POST.get("partage") == "oui"
    contact = share_contact(lease_id=lease_id, contact_id=contact_id, shared=shared, actor=request.actor, at=now())
    request.reading.saw((contact.person_id,))
    said = "peut maintenant voir" if shared else "ne voit plus"
    messages.success(request, f"Le gardien {said} ce moyen de contact.")
    return HttpResponseRedirect(address(request.actor.role, "lease", lease_id))
