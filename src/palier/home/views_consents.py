"""What I agree to: each family of documents, its text whole, since when; given or withdrawn in one click."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext

from palier.adoption.queries.proposals import wants_no_proposal
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.home.navigation import me, page, trail
from palier.home.repair_words import lowered
from palier.home.views import _own
from palier.leases.access import LeaseNotFound
from palier.leases.consent_proof import consent_proof_pdf
from palier.leases.consents import DOCUMENTS, ConsentText, Family, text_in_force
from palier.leases.operations.consents import NotAHolder, give_consent, withdraw_consent
from palier.leases.queries.consents import ConsentRow, FamilyStanding, consents_of, standing_of
from palier.leases.queries.tenant import OwnLease, own_leases
from palier.web import words
from palier.web.languages import said as why_refused
from palier.web.languages import told
from palier.web.requests import ActorRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One family as its holder reads it."""

    family: Family
    label: str
    changes: str
    said: str
    is_given: bool
    # Online, or told: what the tag says with its colour.
    is_on: bool
    awaited: str
    text: ConsentText


def consents(request: ActorRequest) -> HttpResponse:
    """Every family of every lease in force, as it stands for me."""
    on, person = today(), me(request)
    shown = []
    for lease in own_leases(person, on=on):
        if lease.has_ended(on):
            continue
        standing = standing_of(lease.id, on=on)
        request.reading.saw(holder.person_id for holder, _ in standing[0].words)
        history = [(told(row.family_fr), row.is_given, row) for row in consents_of(lease.id) if row.person_id == person]
        shown.append((lease, [_shown(each, person) for each in standing], history))
    return page(
        request,
        "home/consents.html",
        {
            "crumbs": trail((gettext("Mon dossier"), reverse("home:file")), (gettext("Mes accords"), "")),
            "leases": shown,
            "wants_no_proposal": wants_no_proposal(person),
        },
    )


def consent_say(request: ActorRequest, lease_id: int) -> HttpResponse:
    """One click: agreed to, on the text that was shown; or withdrawn, without a reason."""
    lease = _own(own_leases(me(request), on=today()), lease_id)
    try:
        family = Family(request.POST.get("famille", ""))
    except ValueError:
        raise Http404 from None
    wanted = request.POST.get("accord", "")
    if wanted not in ("oui", "non"):
        raise Http404
    request.reading.saw([me(request)])
    try:
        if wanted == "oui":
            digest = request.POST.get("texte", "")
            give_consent(lease_id=lease.id, family=family, text_sha256=digest, actor=request.actor, at=now())
        else:
            withdraw_consent(lease_id=lease.id, family=family, actor=request.actor, at=now())
    except (LeaseNotFound, NotAHolder) as stranger:
        raise Http404 from stranger
    except Refusal as refusal:
        messages.error(request, why_refused(refusal))
    else:
        messages.success(request, _done(family, wanted == "oui"))
    return HttpResponseRedirect(f"{reverse('home:consents')}#{family.lower()}-{lease.id}")


def consents_proof(request: ActorRequest, lease_id: int) -> HttpResponse:
    """The proof to keep, with the texts word for word."""
    lease: OwnLease = _own(own_leases(me(request), on=today()), lease_id)
    rows: list[ConsentRow] = consents_of(lease.id)
    request.reading.saw({me(request), *(row.person_id for row in rows)})
    content = consent_proof_pdf(lease=lease.reference, words=rows, on=today())
    headers = {
        "Content-Disposition": f'inline; filename="accords-{lease.reference}.pdf"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _shown(standing: FamilyStanding, person_id: int) -> Shown:
    mine = standing.word_of(person_id)
    is_given = mine is not None and mine.is_given
    others = standing.awaited_from(person_id) if standing.is_document and is_given else []
    is_on = is_given and not others
    return Shown(
        family=standing.family,
        label=told(standing.label),
        changes=changes_of(standing.family, is_on=is_on),
        said=_said(standing, mine),
        is_given=is_given,
        is_on=is_on,
        awaited=", ".join(others),
        text=text_in_force(standing.family, on=today()),
    )


def _said(standing: FamilyStanding, mine: ConsentRow | None) -> str:
    if mine is None:
        return gettext("Vous n’avez rien accepté.")
    if not mine.is_given:
        return gettext("Vous avez retiré votre accord le %(day)s.") % {"day": words.day_long(mine.said_on)}
    return gettext("Vous avez donné votre accord le %(day)s.") % {"day": words.day_long(mine.said_on)}


def changes_of(family: Family, *, is_on: bool) -> str:
    """What an agreement changes, in one sentence; said as what would be until it is given by all."""
    change = {
        Family.NOTICES: gettext("Vos avis arrivent dans cet espace, et non plus par la poste."),
        Family.RECEIPTS: gettext("Vos quittances et reçus arrivent dans cet espace, et non plus par la poste."),
        Family.LETTERS: gettext("Nos courriers arrivent dans cet espace. Un recommandé reste sur papier."),
        Family.VAULT: gettext("Une copie de vos documents part vers votre coffre, chez un autre prestataire."),
        Family.EMAIL: gettext("Un courriel vous prévient, sans montant ni document."),
        Family.DEVICE: gettext("Votre appareil vous prévient, sans montant ni nom."),
    }[family]
    return change if is_on else gettext("Une fois l’accord donné\u00a0: %(change)s") % {"change": lowered(change)}


def _done(family: Family, given: bool) -> str:
    if given:
        return gettext("C’est noté. Vous pouvez changer d’avis à tout moment.")
    if family in DOCUMENTS:
        return gettext("C’est fait. Le papier revient dès le prochain document.")
    return gettext("C’est fait. Cela s’arrête aujourd’hui.")
