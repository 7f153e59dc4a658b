"""The tenant's pages: each asks its question of the domain, notes what it shows, and answers in plain words."""

import logging
from datetime import timedelta
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from palier.admission.operations.helping import ending_soon, help_behind
from palier.agents.file_readings import (
    READINGS_KEPT,
    ReadingFilter,
    count_readings_of_my_file,
    readings_of_my_file,
)
from palier.agents.models import User
from palier.attribution.queries.reviews import own_reviews
from palier.banking.cards_gateway import GatewayMisdescribed, HttpGateway, gateway
from palier.exchanges.queries.own import OwnThread, threads_to_tell
from palier.foundation.clock import now, today
from palier.home import applicant, sentences, views_helping
from palier.home.navigation import me, page, trail
from palier.home.promises import promises, writing_note
from palier.home.timeline import moment, reader
from palier.leases.queries.lease import occupants_of, terms_of
from palier.leases.queries.tenant import OwnLease, own_leases
from palier.ledger.standing import movements_since_bill, standing_of
from palier.mail.notice import Notice
from palier.mail.queries import latest_notice
from palier.people.operations import ContactNotFound, share_contact
from palier.people.queries import (
    contacts_of_person,
    households_of_person,
    identity_of,
    incomes_of_households,
    signs_in_as_partner,
)
from palier.privacy.declare import Role
from palier.privacy.rights import may_read
from palier.quittancement.queries.account import notified_amounts
from palier.quittancement.queries.bills import bill_explanation
from palier.quittancement.queries.tenant import last_sealed_bill
from palier.recovery.queries.delays import delays_of_lease
from palier.retention.clocks import by_rule, clocks_of_person
from palier.web import signin
from palier.web.components import Door
from palier.web.languages import told
from palier.web.requests import ActorRequest
from palier.web.sites import HOME

logger = logging.getLogger("palier.home")


def _may_enter(user: User) -> bool:
    """An employee or a supplier has a site of their own, and nothing here; a helper, while the help runs."""
    if user.is_helper:
        return help_behind(user.pk, on=today()) is not None
    return user.person_id is not None and not signs_in_as_partner(user.person_id)


def _closed_because(user: User) -> str:
    return gettext("Cette aide est finie. Vous n’avez plus accès à cet espace.") if user.is_helper else ""


WAY: Final = signin.WayIn(
    site=HOME,
    home="home:home",
    may_enter=_may_enter,
    closed_because=_closed_because,
    identifier_label=gettext_noop("Votre identifiant"),
    hint=gettext_noop("Il est écrit sur le courrier qui vous a ouvert cet espace."),
    shared_label=gettext_noop("Cet appareil n’est pas le mien"),
    first_access="home:open_space",
)


def enter(request: HttpRequest) -> HttpResponse:
    return signin.sign_in(request, WAY)


def leave(request: HttpRequest) -> HttpResponse:
    return signin.sign_out(request, WAY)


# --- the account ------------------------------------------------------------------------------------------------------


def home(request: ActorRequest) -> HttpResponse:
    """The first page: the lease in force, or the last one; a request for a dwelling has no lease to show."""
    if request.actor.role is Role.HELPER:
        return views_helping.helper_page(request)
    if not may_read(request.actor.role, "leases_lease"):
        return applicant.home_page(request)
    leases = own_leases(me(request), on=today())
    if not leases:
        return page(
            request,
            "home/no_lease.html",
            {"doors": _doors(None, "", []), "asks": applicant.application_door(me(request), first=False)},
        )
    return _standing_page(request, leases, leases[0])


def lease(request: ActorRequest, lease_id: int) -> HttpResponse:
    """The same for one lease of several."""
    leases = own_leases(me(request), on=today())
    return _standing_page(request, leases, _own(leases, lease_id))


def _standing_page(request: ActorRequest, leases: list[OwnLease], shown: OwnLease) -> HttpResponse:
    on, at = today(), now()
    standing = standing_of(shown.account_id, on=on)
    notice = _latest(shown)
    debit = sentences.next_debit(notice, standing, on=on)
    may_pay_by_card = standing.total_cents > 0 and card_gateway() is not None
    recent = readings_of_my_file(me(request), ReadingFilter(since=at - READINGS_KEPT, mass=False), limit=1)
    last = recent[0] if recent else None
    is_tenant = request.actor.role is Role.TENANT
    delays = delays_of_lease(shown.id, on=on) if is_tenant else []
    threads = threads_to_tell() if is_tenant else []
    others = [
        (other, sentences.balance_sentence(standing_of(other.account_id, on=on).total_cents))
        for other in leases
        if other.id != shown.id
    ]
    return page(
        request,
        "home/home.html",
        {
            "lease": shown,
            "has_ended": shown.has_ended(on),
            "several": len(leases) > 1,
            "said": sentences.balance_sentence(standing.total_cents),
            "standing": standing,
            "debit": debit,
            "doors": _doors(
                shown, _paying(shown, debit is not None and not debit.left_cents, by_card=may_pay_by_card), threads
            ),
            "asks": applicant.application_door(me(request), first=False),
            "promises": promises(threads, delays, on=on) if is_tenant else [],
            "plans": [sentences.said_of(row) for row in delays if row.state == "AGREED" and row.is_running(on)],
            "ending": ending_soon(me(request), on=on) if is_tenant else (),
            "others": others,
            "count": count_readings_of_my_file(
                me(request), since=at - READINGS_KEPT, recent_since=at - timedelta(days=7)
            ),
            "last_reader": reader(last) if last else "",
            "last_when": moment(last.at, on=on) if last else "",
        },
    )


def why(request: ActorRequest, lease_id: int) -> HttpResponse:
    """« Pourquoi ce montant ? »: from what was left before the last notice to what is left today, line by line."""
    shown = _own(own_leases(me(request), on=today()), lease_id)
    standing = standing_of(shown.account_id, on=today())
    last = last_sealed_bill(shown.id)
    bill = bill_explanation(last.id) if last else None
    context: dict[str, object] = {
        "lease": shown,
        "crumbs": trail((gettext("Pourquoi ce montant\u202f?"), "")),
        "said": sentences.balance_sentence(standing.total_cents),
        "bill": bill,
    }
    if bill is not None:
        movements = movements_since_bill(shown.account_id, bill_id=bill.id)
        context |= {
            "story": sentences.where_it_comes_from(bill, movements, standing),
            "lines": sentences.line_by_line(bill),
        }
    return page(request, "home/why.html", context)


def card_gateway() -> HttpGateway | None:
    """The landlord's gateway; one that is wrongly described is said in the log, and nobody pays by card meanwhile."""
    try:
        return gateway()
    except GatewayMisdescribed:
        logger.exception("the card gateway is misdescribed")
        return None


def _paying(shown: OwnLease, debited: bool, *, by_card: bool) -> str:
    if debited:
        return gettext("Prélèvement prévu, rien à faire")
    if by_card:
        return gettext("Par carte ou par virement")
    return (
        gettext("Prélèvement ou virement")
        if shown.payment_mode == "PRELEVEMENT"
        else gettext("Par virement, avec votre référence")
    )


def _doors(shown: OwnLease | None, paying: str, threads: list[OwnThread]) -> list[Door]:
    doors = [
        Door(
            label=gettext("Mes documents"),
            url=reverse("home:documents"),
            icon="document",
            note=gettext("Vos avis et quittances"),
        ),
        Door(
            label=gettext("Mon dossier"),
            url=reverse("home:file"),
            icon="person",
            note=gettext("Ce que nous savons de vous"),
        ),
    ]
    if shown is None:
        return doors
    repairs = gettext("Une fuite, une panne")
    doors.insert(1, Door(label=gettext("Signaler"), url=reverse("home:repairs"), icon="tools", note=repairs))
    doors.insert(
        2,
        Door(
            label=gettext("Écrire"), url=reverse("home:threads"), icon="speech", note=writing_note(threads, on=today())
        ),
    )
    return [
        Door(label=gettext("Payer"), url=reverse("home:pay", args=[shown.id]), icon="euro", note=paying, first=True),
        *doors,
    ]


# --- the file ---------------------------------------------------------------------------------------------------------


def file(request: ActorRequest) -> HttpResponse:
    """All that is held about the person, and what they may decide about it."""
    if not may_read(request.actor.role, "leases_lease"):
        return applicant.file_page(request)
    person, on = me(request), today()
    leases = []
    for each in own_leases(person, on=on):
        occupants = occupants_of(each.id)
        request.reading.saw(occupant.person_id for occupant in occupants)
        terms = [term for term in terms_of(each.id) if term.is_current(on)]
        notified = [(gettext(sentences.NOTIFIED[fact.kind]), fact) for fact in notified_amounts(each.id)]
        leases.append((each, told(sentences.PAYMENT_MODES[each.payment_mode]), occupants, terms, notified))
    households = households_of_person(person)
    clocks = clocks_of_person(person, on=on)
    return page(
        request,
        "home/file.html",
        {
            "crumbs": trail((gettext("Mon dossier"), "")),
            "identity": identity_of(person),
            "contacts": contacts_of_person(person),
            "households": households,
            "incomes": incomes_of_households([household.id for household in households]),
            "leases": leases,
            "reviews": own_reviews(),
            "clocks": clocks,
            "kept": by_rule(clocks),
        },
    )


def share(request: ActorRequest, contact_id: int) -> HttpResponse:
    """One click: the caretaker sees this contact, or sees it no more."""
    wanted = request.POST.get("partage", "")
    if wanted not in ("oui", "non"):
        raise Http404
    try:
        share_contact(contact_id=contact_id, shared=wanted == "oui", actor=request.actor, at=now())
    except ContactNotFound as refusal:
        raise Http404 from refusal
    request.reading.saw([me(request)])
    if wanted == "oui":
        messages.success(request, gettext("C’est fait\u00a0: votre gardien peut vous joindre ainsi."))
    else:
        messages.success(request, gettext("C’est fait\u00a0: votre gardien ne voit plus cette coordonnée."))
    return HttpResponseRedirect(f"{reverse('home:file')}#coordonnees")


# --- one's own --------------------------------------------------------------------------------------------------------


def _own(leases: list[OwnLease], lease_id: int) -> OwnLease:
    """A lease of one's own; to anyone else it does not exist."""
    found = next((each for each in leases if each.id == lease_id), None)
    if found is None:
        raise Http404
    return found


def _latest(shown: OwnLease) -> Notice | None:
    kept = latest_notice(shown.id)
    return None if kept is None else Notice.parse(kept.data)
