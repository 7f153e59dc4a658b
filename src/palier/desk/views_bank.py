"""The movements of the bank that wait for someone, treated from the keyboard."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from palier.banking.access import movement_in_scope
from palier.banking.models import BankEntry, Match
from palier.banking.operations.worklist import (
    OTHER_REASONS,
    MovementNotFound,
    class_without_tenant,
    match_by_hand,
    undo_treatment,
)
from palier.banking.queries.cards import holders_of
from palier.banking.queries.worklist import (
    Candidate,
    Movement,
    accounts_for_movements,
    accounts_like,
    candidates,
    movements,
    waiting,
)
from palier.desk.labels import labels_of
from palier.desk.navigation import address, framed
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.foundation.periods import day_fr
from palier.ledger.models import ManualEntry
from palier.web import words
from palier.web.components import Chip, Link, Shortcut
from palier.web.requests import ActorRequest

SHOWN: Final = 18
STATES: Final = labels_of(BankEntry, "state")
KEYS: Final = labels_of(Match, "key")
REASONS: Final = {code: label for code, label in labels_of(ManualEntry, "reason").items() if code in OTHER_REASONS}


# --- The list of movements -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A candidate as the page shows it: who, and why."""

    candidate: Candidate
    why: str
    url: str


def bank_worklist(request: ActorRequest) -> HttpResponse:
    """The movements of a state; one opened, with whom it could be for and why."""
    state = request.GET.get("etat", "TO_REVIEW")
    if state not in STATES:
        raise Http404
    rows = movements(state=state, after=None, limit=SHOWN)
    opened = _opened(request, rows)
    query = request.GET.get("compte", "").strip()[:80]
    found = (accounts_like(query) if query else candidates(opened)) if opened and opened.state == "TO_REVIEW" else []
    for each in found:
        request.reading.saw(each.person_ids)
    # A movement that was put to a tenant's account tells what they paid.
    put = {each.account_id for each in (*rows, opened) if each and each.account_kind == "TENANT"}
    request.reading.saw(holders_of([number for number in put if number is not None]))
    waits = waiting()
    # Without a fragment: with one, a browser gives the focus to no proposal.
    here = f"?etat={state}"
    title = "Mouvements à traiter" if state == "TO_REVIEW" else f"Mouvements\u00a0: {STATES[state]}"
    context: dict[str, object] = {
        "movements": [{"row": row, "url": f"{here}&mouvement={row.id}"} for row in rows],
        "opened": opened,
        "state": STATES[opened.state] if opened else "",
        "by_key": KEYS[opened.key] if opened and opened.key else "",
        "proposals": [_proposal(request, each, has_query=bool(query)) for each in found],
        "query": query,
        "here": here,
        "accounts": accounts_for_movements() if opened and opened.state == "TO_REVIEW" else (),
        "reasons": REASONS.items(),
        "facts": f"{words.count(waits.count, 'mouvement')} à traiter",
        "chips": [
            Chip(label=label.capitalize(), url=f"?etat={code}", on=code == state, is_choice=True)
            for code, label in STATES.items()
        ],
        "empty_title": "Rien à traiter" if state == "TO_REVIEW" else "Aucun mouvement ici",
        "title": title,
        "crumbs": [Link(label="Banque", url=reverse("desk:bank")), Link(label=title)],
        "shortcuts": (
            Shortcut(keys=("↑", "↓"), label="mouvement"),
            Shortcut(keys=("↵",), label="ouvrir, puis accepter"),
            Shortcut(keys=("C",), label="chercher un compte"),
            Shortcut(keys=("D",), label="défaire"),
        ),
    }
    return framed(request, "desk/bank_worklist.html", context)


def _opened(request: ActorRequest, rows: list[Movement]) -> Movement | None:
    asked = request.GET.get("mouvement", "")
    if asked.isdecimal() and len(asked) < 19:
        try:
            return movement_in_scope(int(asked))
        except MovementNotFound as stranger:
            raise Http404 from stranger
    return rows[0] if rows else None


def _proposal(request: ActorRequest, found: Candidate, *, has_query: bool) -> Proposal:
    facts = []
    if found.same_payer:
        facts.append("ce compte bancaire a déjà payé pour lui")
    if found.same_amount_on:
        facts.append(f"même montant que ce qui est dû le {day_fr(found.same_amount_on)}")
    if found.same_name:
        facts.append("même nom que le payeur")
    why = "trouvé par votre recherche" if has_query else ", ".join(facts)
    return Proposal(candidate=found, why=why.capitalize(), url=address(request.actor.role, "account", found.account_id))


def bank_match(request: ActorRequest, movement_id: int) -> HttpResponse:
    """Give the movement to a tenant's account."""
    account = request.POST.get("compte", "")
    if not account.isdecimal() or len(account) > 18:
        raise Http404
    return _treated(
        request,
        lambda: match_by_hand(
            entry_id=movement_id, account_id=int(account), indicated_id=None, actor=request.actor, at=now()
        ),
        done="Le mouvement est rapproché, et les dettes du compte sont réglées dans l’ordre de la loi.",
    )


def bank_class(request: ActorRequest, movement_id: int) -> HttpResponse:
    """Put the movement to an account of the landlord, for a reason of the list."""
    return _treated(
        request,
        lambda: class_without_tenant(
            entry_id=movement_id,
            account_code=request.POST.get("compte", ""),
            reason=request.POST.get("motif", ""),
            actor=request.actor,
            at=now(),
        ),
        done="Le mouvement est classé sans locataire.",
        waiting="Le mouvement sera classé sans locataire quand une autre personne aura signé son écriture.",
    )


def bank_undo(request: ActorRequest, movement_id: int) -> HttpResponse:
    """Undo what was decided: the movement waits again."""
    return _treated(
        request,
        lambda: undo_treatment(entry_id=movement_id, actor=request.actor, at=now()),
        done="C’est défait\u00a0: le mouvement est de nouveau comme avant.",
        waiting="Ce sera défait quand une autre personne aura signé la contre-écriture.",
    )


def _treated(request: ActorRequest, act: Callable[[], object], *, done: str, waiting: str = "") -> HttpResponse:
    """Act, and say what it did; `waiting`, when the act answers that a signature is still wanted."""
    try:
        is_done = act()
    except MovementNotFound as stranger:
        raise Http404 from stranger
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, waiting if is_done is False else done)
    return HttpResponseRedirect(reverse("desk:bank_worklist"))
