"""Files outside one's own portfolio: opened for a motive, read on a page of their own; and replacements."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localtime

from palier.agents.operations.assign import assign_residences, colleagues, end_assignment
from palier.agents.operations.open_file import OpenedFile, Outcome, motive_of, open_file
from palier.agents.queries import open_motives, quota_of, running_assignments, running_openings
from palier.desk.answers import strangers_get_404
from palier.desk.forms_openings import OpenFileForm, ReplacementForm
from palier.desk.navigation import address, framed, tabs_among
from palier.desk.tables_estate import place
from palier.desk.tracing import trace_of
from palier.desk.views_leases import CHANNELS, ROLES
from palier.estate.queries import residence_names
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.leases.queries.lease import (
    LeaseFacts,
    contacts_of,
    documents_of,
    lease_facts,
    occupants_of,
    terms_of,
)
from palier.ledger.queries import account_balance, account_statement
from palier.privacy.catalogue import OPENING_MOTIVES
from palier.web import words
from palier.web.components import Fig, Link
from palier.web.requests import ActorRequest

SHOWN_LINES = 24
SHOWN_RESIDENCES = 500
_EMERGENCY = "URGENCE"


def access_tabs(request: ActorRequest, here: str) -> list[Link]:
    """The pages about access that the function opens."""
    tabs = {
        "open_file": "Ouvrir un dossier",
        "replacements": "Remplacements",
        "protections": "Adresses protégées",
        "protected_allocation": "Leurs attributions",
    }
    return tabs_among(request, tabs, here=here)


def open_file_page(request: ActorRequest) -> HttpResponseBase:
    """Ask for a file, then go to it. What is asked is journaled, found or not."""
    motives = open_motives(list(OPENING_MOTIVES))
    form = OpenFileForm(request.POST or None, motives=motives)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            request.reading.searched(form.cleaned_data["asked"])
            request.reading.because(form.cleaned_data["motive"])
            opened = open_file(asked=form.cleaned_data["asked"], motive=form.cleaned_data["motive"])
            if opened.lease_id is not None:
                return HttpResponseRedirect(_file_url(request, opened, form.cleaned_data["motive"]))
            form.add_error(None, _said(opened))
    running = running_openings(request.actor.agent_id) if request.actor.agent_id is not None else []
    context: dict[str, object] = {
        "tabs": access_tabs(request, "open_file"),
        "form": form,
        "quota": words.count(quota_of(str(request.actor.role)), "dossier"),
        "running": [
            {
                "url": reverse(_page_of(each.motive), args=[each.lease_id]),
                "label": f"Dossier n°\u00a0{each.lease_id}",
                "motive": OPENING_MOTIVES.get(each.motive, each.motive),
                "until": _until(each.until_at),
            }
            for each in running
        ],
    }
    return framed(request, "desk/open_file.html", context, status=status)


def _said(opened: OpenedFile) -> str:
    left = f" Il vous reste {words.count(opened.left_today, 'essai')} aujourd’hui."
    return {
        Outcome.NONE: "Aucun dossier ne répond exactement : vérifiez la référence, ou tapez le prénom et le nom "
        f"entiers.{left}",
        Outcome.SEVERAL: f"Plusieurs dossiers portent ce nom : tapez la référence du bail.{left}",
        Outcome.QUOTA: "Le quota du jour est atteint, le délégué à la protection des données en est averti. Réessayez "
        "demain, ou choisissez le motif d’urgence s’il y a danger.",
    }[opened.outcome]


def _file_url(request: ActorRequest, opened: OpenedFile, motive: str) -> str:
    if opened.outcome is Outcome.MINE:
        return address(request.actor.role, "lease", opened.lease_id)
    return reverse(_page_of(motive), args=[opened.lease_id])


def _page_of(motive: str) -> str:
    return "desk:emergency_file" if motive == _EMERGENCY else "desk:opened_file"


def _until(instant: datetime) -> str:
    return words.instant(localtime(instant))


def opened_file(request: ActorRequest, lease_id: int) -> HttpResponseBase:
    """A file opened for a motive, for as long as it is open. The journal keeps the motive with the reading."""
    motive = motive_of(lease_id)
    here = lease_facts(lease_id, with_history=False) if motive else None
    if motive is None or here is None:
        raise Http404
    request.reading.because(motive)
    return file_page(request, here, why=OPENING_MOTIVES.get(motive, motive))


def file_page(
    request: ActorRequest, here: LeaseFacts, *, why: str, letter_url: str = "", slip_page: str = ""
) -> HttpResponseBase:
    """One file by itself, read only: no link leads from it to anyone else. `letter_url` prepares a letter of access.

    `slip_page`: the page that gives each holder a slip.
    """
    occupants, on = occupants_of(here.id), today()
    people = [occupant.person_id for occupant in occupants]
    request.reading.saw(people)
    contacts = contacts_of(people)
    balance = account_balance(here.account_id, on=on)
    context: dict[str, object] = {
        "lease": here,
        "why": why,
        "letter_url": letter_url,
        "slips": [
            (reverse(slip_page, args=[here.id, each.person_id]), each.display_name)
            for each in occupants
            if slip_page and each.role != "OCCUPANT"
        ],
        "place": f"{place(here.building, here.staircase, here.door)}, {here.residence}",
        "names": ", ".join(each.display_name for each in occupants if each.role != "OCCUPANT") or "Sans titulaire",
        "figs": [
            Fig(label="Solde", value=words.euros(-balance.balance_cents)),
            Fig(label="Dépôt de garantie", value=words.euros(here.deposit_cents)),
            Fig(label="Bail depuis le", value=words.day_short(here.starts_on)),
        ],
        "occupants": [
            (
                each,
                ROLES[each.role],
                [(one.value, CHANNELS[one.channel]) for one in contacts if one.person_id == each.person_id],
            )
            for each in occupants
        ],
        "terms": [term for term in terms_of(here.id) if term.is_current(on)],
        "lines": account_statement(here.account_id, before_entry_id=None, limit=SHOWN_LINES).lines,
        "documents": documents_of(here.id, limit=12),
        "trace": trace_of(request),
        "tabs": access_tabs(request, ""),
    }
    return framed(request, "desk/opened_file.html", context)


# --- Replacements ----------------------------------------------------------------------------------------------------


def replacements(request: ActorRequest) -> HttpResponse | HttpResponseBase:
    """One's own residences, handed to a colleague between two days."""
    residences = residence_names(SHOWN_RESIDENCES)
    form = ReplacementForm(
        request.POST or None, colleagues=colleagues(but=request.actor.agent_id, on=today()), residences=residences
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            cleaned = form.cleaned_data
            try:
                count = assign_residences(
                    agent_id=cleaned["agent"],
                    residence_ids=cleaned["residences"],
                    first_day=cleaned["first_day"],
                    last_day=cleaned["last_day"],
                    actor=request.actor,
                    on=today(),
                )
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(
                    request,
                    f"{words.count(count, 'résidence confiée', 'résidences confiées')} "
                    f"jusqu’au {words.day_short(cleaned['last_day'])}.",
                )
                return HttpResponseRedirect(reverse("desk:replacements"))
    context: dict[str, object] = {
        "tabs": access_tabs(request, "replacements"),
        "form": form,
        "running": [
            {"row": each, "first": _until(each.first_at), "until": _until(each.until_at)}
            for each in running_assignments()
        ],
    }
    return framed(request, "desk/replacements.html", context, status=status)


@strangers_get_404
def replacement_end(request: ActorRequest, opening_id: int) -> HttpResponseBase:
    """Close a replacement now."""
    end_assignment(opening_id=opening_id, at=now())
    messages.success(request, "Le remplacement est terminé.")
    return HttpResponseRedirect(reverse("desk:replacements"))
