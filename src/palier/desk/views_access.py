"""The access of tenants: how far each residence is, who has a letter, another one, a slip in person."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from palier.admission.models import PAPERS
from palier.admission.operations.asking import ask_for_letters, ask_for_one_letter, progress_key
from palier.admission.operations.slips import give_slip
from palier.admission.queries import (
    HolderRow,
    Residence,
    counts_by_residence,
    holder_in,
    holders_of_residence,
    residence_named,
)
from palier.agents.queries import account_of_person
from palier.desk.navigation import address, framed
from palier.estate.landlord import landlord_facts
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.queries import latest_work
from palier.web import words
from palier.web.account_mail import Message, ask_to_write
from palier.web.components import Fig, Link
from palier.web.requests import ActorRequest

_TITLE = "Espaces locataires"


def tenant_access(request: ActorRequest) -> HttpResponse:
    """Every residence in sight: holders, letters, spaces opened."""
    rows = counts_by_residence(on=today())
    holders, entered = sum(row.holders for row in rows), sum(row.entered for row in rows)
    context: dict[str, object] = {
        "rows": rows,
        "opens": bool(address(request.actor.role, "tenant_access_residence", 0)),
        "figs": [
            Fig(label="Titulaires", value=words.number(holders)),
            Fig(label="Lettres préparées", value=words.number(sum(row.invited for row in rows))),
            Fig(label="Lettres imprimées", value=words.number(sum(row.printed for row in rows))),
            Fig(label="Accès ouverts par lettre", value=words.number(entered)),
        ],
    }
    return framed(request, "desk/tenant_access.html", context)


def tenant_access_residence(request: ActorRequest, residence_id: int) -> HttpResponse:
    """The holders of one residence; asked, a letter for each who has neither account nor letter."""
    residence = _residence(residence_id)
    if request.method == "POST":
        try:
            ask_for_letters(residence_id=residence.id, actor=request.actor)
            messages.success(request, "Les lettres se préparent. L’atelier du courrier les imprime ensuite.")
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("desk:tenant_access_residence", args=[residence.id]))
    at = now()
    rows = holders_of_residence(residence.id, on=today(), at=at)
    request.reading.saw(row.person_id for row in rows)
    work = latest_work(progress_key(residence.id))
    context: dict[str, object] = {
        "residence": residence,
        "rows": [(row, state_of(row, is_over=row.expires_at is not None and row.expires_at <= at)) for row in rows],
        "waiting": sum(not row.has_account and not _is_live(row, is_over=_is_over(row)) for row in rows),
        "told": work.message if work is not None and not work.is_open else "",
        "crumbs": [Link(label=_TITLE, url=reverse("desk:tenant_access")), Link(label=residence.name)],
    }
    return framed(request, "desk/tenant_access_residence.html", context)


def tenant_access_letter(request: ActorRequest, residence_id: int, person_id: int) -> HttpResponse:
    """Another letter for one holder: the former serves no more once it is made."""
    row = _holder(residence_id, person_id)
    request.reading.saw([row.person_id])
    try:
        ask_for_one_letter(person_id=row.person_id, by_hand=False, actor=request.actor)
        account = account_of_person(row.person_id)
        if account is not None:
            # Whoever has an account already hears of it before the letter comes.
            ask_to_write(
                Message.LETTER_ASKED,
                user_id=account,
                person_id=row.person_id,
                site="home",
                asked_by=request.actor.agent_id,
            )
        messages.success(request, f"Une nouvelle lettre se prépare pour {row.name}. La précédente ne sert plus.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("desk:tenant_access_residence", args=[residence_id]))


def tenant_access_slip(request: ActorRequest, residence_id: int, person_id: int) -> HttpResponse:
    """Somebody at the counter, whose identity was checked: the number to hand over, shown this once."""
    row = _holder(residence_id, person_id)
    request.reading.saw([row.person_id])
    context: dict[str, object] = {
        "who": f"{row.name}, {_residence(residence_id).name}, porte {row.door}",
        "papers": PAPERS,
        "back_url": reverse("desk:tenant_access_residence", args=[residence_id]),
        "back_label": "Revenir à la résidence",
        "crumbs": [
            Link(label=_TITLE, url=reverse("desk:tenant_access")),
            Link(label="Résidence", url=reverse("desk:tenant_access_residence", args=[residence_id])),
            Link(label="Bon d’accès"),
        ],
    }
    status = 200
    if request.method == "POST":
        try:
            context["number"] = give_slip(
                person_id=row.person_id, paper=request.POST.get("piece", ""), actor=request.actor, at=now()
            )
            context["landlord"] = landlord_facts()
        except Refusal as refusal:
            context["said"], status = str(refusal), 422
    return framed(request, "desk/tenant_access_slip.html", context, status=status)


def state_of(row: HolderRow, *, is_over: bool) -> tuple[str, str]:
    """Where somebody is, in a word, and its tone."""
    if row.has_account:
        return ("accès ouvert", "ok")
    if row.made_at is None:
        return ("pas de lettre", "")
    if row.ended_by == "WRONG_CODES":
        return ("arrêtée, dix essais faux", "bad")
    if row.ended_by == "RETURNED":
        return ("revenue par la poste", "bad")
    if is_over or row.ended_by:
        return ("délai passé", "warn")
    return ("lettre imprimée", "info") if row.printed_at else ("à imprimer", "info")


def _is_over(row: HolderRow) -> bool:
    return row.expires_at is not None and row.expires_at <= now()


def _is_live(row: HolderRow, *, is_over: bool) -> bool:
    return row.made_at is not None and not row.ended_by and not is_over


def _residence(residence_id: int) -> Residence:
    found = residence_named(residence_id)
    if found is None:
        raise Http404
    return found


def _holder(residence_id: int, person_id: int) -> HolderRow:
    found = holder_in(residence_id, person_id, on=today(), at=now())
    if found is None:
        raise Http404
    return found
