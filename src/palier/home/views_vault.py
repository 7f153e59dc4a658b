"""What « Mes documents » proves and lets one do: a document's facts, control, journal; one's own papers; taking all."""

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext

from palier.foundation.clock import now
from palier.foundation.papers import LARGEST_BYTES, PaperRefused
from palier.home.navigation import me, page, trail
from palier.mail.deposits import (
    FAMILIES,
    DepositDestroyed,
    DepositNotFound,
    OwnDeposit,
    TooManyDeposits,
    TooManyToday,
    deposit_paper,
    kept_deposit,
    own_deposits,
)
from palier.mail.documents import held_document, kept_of
from palier.mail.models import DOCUMENT_KINDS
from palier.mail.store import UNREADABLE, DocumentStore, Kept, NotKeptNow, NotReadNow
from palier.mail.vault.control import control_document
from palier.mail.vault.noting import Noted, Owner
from palier.mail.vault.queries import DocumentEvent, events_of_document, last_control, proof_of
from palier.rights.operations.retrieve import RetrievalJustAsked, ask_retrieval, destroy_paper, own_retrievals
from palier.rights.spool import CopyGone, Spool
from palier.web import words
from palier.web.given_files import given_back
from palier.web.languages import said as why_refused
from palier.web.languages import told
from palier.web.requests import ActorRequest
from palier.web.traces import traced

logger = logging.getLogger("palier.home")

_ENDS = {"application/pdf": "pdf", "image/jpeg": "jpg"}
_KINDS = dict(DOCUMENT_KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A document or a paper of one's own, as its page of facts says it."""

    name: str
    number: str
    sha256: str
    byte_count: int
    pages: int | None
    dated_at: datetime | None
    destroyed_at: datetime | None
    owner: Owner
    kept: Kept | None
    back: str
    control_url: str
    proof_url: str
    file_url: str
    destroy_url: str = ""


class DepositForm(forms.Form):
    """A paper and its sort, of a short list: nothing to type."""

    def __init__(self, data: QueryDict | None = None, files: "MultiValueDict[str, UploadedFile] | None" = None) -> None:
        super().__init__(data, files)
        self.fields["sorte"] = forms.ChoiceField(
            label=gettext("Quel papier\u202f?"),
            choices=[(code, told(label)) for code, label in FAMILIES.items()],
            error_messages={"required": gettext("Choisissez une sorte de papier.")},
        )
        self.fields["fichier"] = forms.FileField(
            label=gettext("Le fichier, en PDF ou en photo"),
            allow_empty_file=True,
            widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,image/jpeg,image/png,image/webp"}),
            error_messages={"required": gettext("Choisissez un fichier.")},
        )


def document_facts(request: ActorRequest, document_id: int) -> HttpResponse:
    """What is known of a document, and all that was done to it."""
    return _facts_page(request, _document(document_id))


def document_control(request: ActorRequest, document_id: int) -> HttpResponse:
    """Read it now, and compare it with its proof."""
    return _control(request, _document(document_id), reverse("home:document_facts", args=[document_id]))


def document_proof(request: ActorRequest, document_id: int) -> HttpResponse:
    """What proves it without us, as a file."""
    return _proof(request, _document(document_id))


def deposit(request: ActorRequest, deposit_id: int) -> HttpResponse:
    """The same of a paper of one's own."""
    return _facts_page(request, _own_paper(request, deposit_id))


def deposit_control(request: ActorRequest, deposit_id: int) -> HttpResponse:
    """Read it now, and compare it with its proof."""
    return _control(request, _own_paper(request, deposit_id), reverse("home:deposit", args=[deposit_id]))


def deposit_proof(request: ActorRequest, deposit_id: int) -> HttpResponse:
    """What proves it without us, destroyed or not."""
    return _proof(request, _own_paper(request, deposit_id))


def deposit_file(request: ActorRequest, deposit_id: int) -> HttpResponse:
    """The exact bytes that are kept."""
    person = me(request)
    paper = _own_deposit(request, deposit_id)
    if paper.destroyed_at is not None:
        raise Http404
    request.reading.saw([person])
    try:
        content = _store().open(kept_deposit(deposit_id, person_id=person))
    except UNREADABLE as fault:
        logger.error("%s", fault)
        messages.warning(request, gettext("Ce papier n’est pas disponible aujourd’hui."))
        return HttpResponseRedirect(reverse("home:deposit", args=[deposit_id]))
    traced(request, [Noted(kind="READ", sha256=paper.sha256, owner=Owner(person_id=person))])
    name = f"{paper.family.lower().replace('_', '-')}-{paper.id}.{_ENDS[paper.media_type]}"
    return given_back(content, media_type=paper.media_type, name=name)


def deposit_new(request: ActorRequest) -> HttpResponse:
    """Put a paper of one's own there."""
    refused, form = "", DepositForm()
    if request.method == "POST":
        form = DepositForm(request.POST, request.FILES)
        if form.is_valid():
            given = form.cleaned_data["fichier"].read(LARGEST_BYTES + 1)
            try:
                number = deposit_paper(
                    person_id=me(request), family=form.cleaned_data["sorte"], given=given, store=_store(), at=now()
                )
            except (PaperRefused, TooManyDeposits, TooManyToday, NotKeptNow) as refusal:
                refused = why_refused(refusal)
            else:
                request.reading.saw([me(request)])
                messages.success(request, gettext("Votre papier est gardé. Vous seul pouvez le lire ou le détruire."))
                return HttpResponseRedirect(reverse("home:deposit", args=[number]))
    crumbs = trail((gettext("Mes documents"), reverse("home:documents")), (gettext("Garder un papier"), ""))
    answer = page(request, "home/deposit_new.html", {"crumbs": crumbs, "form": form, "refused": refused})
    if request.method == "POST":
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    return answer


def deposit_destroy(request: ActorRequest, deposit_id: int) -> HttpResponse:
    """Destroy a paper of one's own: asked once more first, it cannot be undone."""
    facts = _own_paper(request, deposit_id)
    if facts.destroyed_at is not None:
        return HttpResponseRedirect(reverse("home:deposit", args=[deposit_id]))
    if request.method == "POST":
        try:
            copies = destroy_paper(
                deposit_id=deposit_id, person_id=me(request), at=now(), documents=Path(settings.DOCUMENT_ROOT)
            )
        except (DepositNotFound, DepositDestroyed) as gone:
            raise Http404 from gone
        request.reading.saw([me(request)])
        messages.success(request, gettext("Votre papier est détruit. Personne ne peut plus le lire, nous non plus."))
        if copies:
            messages.info(request, gettext("Le fichier de « Tout reprendre » est détruit aussi. Préparez-en un autre."))
        return HttpResponseRedirect(reverse("home:documents"))
    crumbs = trail(
        (gettext("Mes documents"), reverse("home:documents")), (facts.name, facts.back), (gettext("Détruire"), "")
    )
    return page(request, "home/deposit_destroy.html", {"crumbs": crumbs, "facts": facts})


def retrieval(request: ActorRequest) -> HttpResponse:
    """Take everything back at once: asked for here, made by a job, fetched with a fresh proof of who one is."""
    if request.method == "POST":
        request.reading.saw([me(request)])
        try:
            ask_retrieval(person_id=me(request), at=now())
        except RetrievalJustAsked as refusal:
            messages.warning(request, why_refused(refusal))
        else:
            messages.success(request, gettext("C’est demandé. Revenez dans quelques minutes."))
        return HttpResponseRedirect(reverse("home:retrieval"))
    crumbs = trail((gettext("Mes documents"), reverse("home:documents")), (gettext("Tout reprendre"), ""))
    found = own_retrievals(me(request), at=now())
    return page(request, "home/retrieval.html", {"crumbs": crumbs, "retrievals": found})


def retrieval_file(request: ActorRequest, retrieval_id: int) -> HttpResponseBase:
    """The ZIP, while it is kept."""
    found = [each for each in own_retrievals(me(request), at=now()) if each.id == retrieval_id and each.made_at]
    if not found:
        raise Http404
    try:
        stream = Spool(Path(settings.DOCUMENT_ROOT)).open_sealed(found[0].sha256, found[0].kept_key)
    except CopyGone as gone:
        raise Http404 from gone
    request.reading.saw([me(request)])
    response = FileResponse(stream, as_attachment=True, filename="mes-documents.zip", content_type="application/zip")
    response["Cache-Control"] = "no-store"
    return response


def _document(document_id: int) -> Facts:
    found = held_document(document_id)
    if found is None:
        raise Http404
    at = reverse("home:document_facts", args=[found.id])
    return Facts(
        name=f"{words.capital(told(_KINDS[found.kind]))} {found.number}",
        number=found.number,
        sha256=found.sha256,
        byte_count=found.byte_count,
        pages=None,
        dated_at=found.rendered_at,
        destroyed_at=None,
        owner=found.owner,
        kept=kept_of([found.id]).get(found.id),
        back=at,
        control_url=reverse("home:document_control", args=[found.id]),
        proof_url=reverse("home:document_proof", args=[found.id]),
        file_url=reverse("home:document_pdf", args=[found.id]),
    )


def _own_paper(request: ActorRequest, deposit_id: int) -> Facts:
    found, kept = _own_deposit(request, deposit_id), None
    if found.destroyed_at is None:
        kept = kept_deposit(deposit_id, person_id=me(request))
    return Facts(
        name=told(FAMILIES[found.family]),
        number="",
        sha256=found.sha256,
        byte_count=found.byte_count,
        pages=found.page_count,
        dated_at=found.deposited_at,
        destroyed_at=found.destroyed_at,
        owner=Owner(person_id=me(request)),
        kept=kept,
        back=reverse("home:deposit", args=[found.id]),
        control_url=reverse("home:deposit_control", args=[found.id]) if kept else "",
        proof_url=reverse("home:deposit_proof", args=[found.id]),
        file_url=reverse("home:deposit_file", args=[found.id]) if kept else "",
        destroy_url=reverse("home:deposit_destroy", args=[found.id]) if kept else "",
    )


def _own_deposit(request: ActorRequest, deposit_id: int) -> OwnDeposit:
    found = [paper for paper in own_deposits(me(request)) if paper.id == deposit_id]
    if not found:
        raise Http404
    return found[0]


def _facts_page(request: ActorRequest, facts: Facts) -> HttpResponse:
    traced(request, [Noted(kind="METADATA", sha256=facts.sha256, owner=facts.owner)])
    context = {
        "crumbs": trail((gettext("Mes documents"), reverse("home:documents")), (facts.name, "")),
        "facts": facts,
        "digest": [facts.sha256[at : at + 8] for at in range(0, len(facts.sha256), 8)],
        "journal": _journal(facts, reader_id=me(request)),
        "controlled_at": last_control(facts.kept.pack) if facts.kept is not None and facts.kept.pack else None,
    }
    return page(request, "home/document_facts.html", context)


def _control(request: ActorRequest, facts: Facts, back: str) -> HttpResponse:
    if facts.kept is None:
        raise Http404
    request.reading.saw([me(request)])
    try:
        found = control_document(_store(), facts.kept, facts.owner, by="SELF", at=now())
    except NotReadNow:
        messages.warning(request, gettext("Ce papier n’est pas disponible aujourd’hui."))
        return HttpResponseRedirect(back)
    if not found.holds:
        messages.warning(
            request, gettext("Ce document ne correspond plus à sa preuve. Appelez-nous\u00a0: nous le rétablirons.")
        )
    elif found.since is None:
        messages.success(request, gettext("Ce document est intact. Sa preuve sera faite cette nuit."))
    else:
        day = words.day_short(found.since)
        messages.success(request, gettext("Ce document est intact, et prouvé depuis le %(day)s.") % {"day": day})
    return HttpResponseRedirect(back)


def _proof(request: ActorRequest, facts: Facts) -> HttpResponse:
    request.reading.saw([me(request)])
    traced(request, [Noted(kind="JOURNAL", sha256=facts.sha256, owner=facts.owner)])
    return HttpResponse(
        json.dumps(proof_of(facts.sha256), ensure_ascii=False, indent=1),
        content_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="preuve.json"', "Cache-Control": "no-store"},
    )


def _did(event: DocumentEvent) -> str:
    return {
        "DEPOSITED": gettext("Déposé"),
        "READ": gettext("Lu"),
        "METADATA": gettext("Fiche lue"),
        "CONTROLLED": gettext("Contrôlé\u00a0: intact"),
        "FAULTY": gettext("Contrôlé\u00a0: abîmé"),
        "JOURNAL": gettext("Preuve reprise"),
        "DESTROYED": gettext("Détruit"),
    }.get(event.kind, "")


def _journal(facts: Facts, *, reader_id: int) -> list[tuple[DocumentEvent, str, str]]:
    events = events_of_document(facts.sha256, reader_id=reader_id)
    # A paper of one's own has one holder, whatever the journal held before it said which.
    is_own = facts.owner.person_id == reader_id
    return [(event, _did(event), _who(event, is_mine=is_own or event.is_mine)) for event in reversed(events)]


def _who(event: DocumentEvent, *, is_mine: bool | None) -> str:
    """Who did it: of a lease with several holders, never more of another than that they hold it too."""
    other = gettext("par un titulaire du bail") if is_mine is None else gettext("par un cotitulaire")
    return {
        "SELF": gettext("par vous") if is_mine else other,
        "HELPER": gettext("par votre aidant") if is_mine else gettext("par un aidant"),
        "LANDLORD": gettext("par votre bailleur"),
        "JOB": gettext("par notre système"),
    }[event.by]


def _store() -> DocumentStore:
    return DocumentStore(Path(settings.DOCUMENT_ROOT))
