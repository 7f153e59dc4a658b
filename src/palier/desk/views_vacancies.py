"""Dwellings that become free: the list, one of them with its days, its cost by cause and its holder, a new one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from palier.attribution.models import Vacancy
from palier.attribution.operations.orienting import advice_for, orient_vacancy, release_vacancy
from palier.attribution.operations.vacancies import (
    announce_vacancy,
    end_spell,
    forecast_vacancy,
    start_spell,
    withdraw_vacancy,
)
from palier.attribution.queries.reservations import holders
from palier.attribution.queries.vacancies import (
    OrientationRow,
    VacancyFilter,
    VacancyRow,
    cost_of,
    count_vacancies,
    doors_to_announce,
    orientations_of,
    spells_of,
    vacancy_row,
    vacancy_rows,
)
from palier.attribution.rules.words import CHOICES, CONTINGENTS, SPELLS, WITHDRAWALS
from palier.desk.forms_vacancies import AnnounceForm, ForecastForm, OrientForm, SpellEndForm, SpellForm, WithdrawForm
from palier.desk.navigation import address, framed
from palier.desk.tables_estate import FINANCINGS, place, rooms_label
from palier.desk.tables_vacancies import REASONS, door_of, state_tag, vacancies_table
from palier.desk.views_estate import KEYS
from palier.estate.queries import residence_names
from palier.foundation.clock import today
from palier.foundation.errors import Refusal
from palier.web import words
from palier.web.amounts import row_number
from palier.web.components import Bar, Fig, LifeEvent, Link
from palier.web.exports import ROW_LIMIT, export_response
from palier.web.requests import ActorRequest
from palier.web.table_view import view_of
from palier.web.tables import Table, TableState, page_of, read_state

PAGE_ROWS: Final = 60
MOST_RESIDENCES: Final = 5_000


# A chart has room for a word or two.
_BARS: Final = {
    "WORKS": "Travaux",
    "TECHNICAL": "Technique",
    "PROPOSAL": "Candidats",
    "COMMISSION": "Commission",
    "OFFER": "Offre",
    "UNSTATED": "Sans cause",
}


# --- The list --------------------------------------------------------------------------------------------------------


def vacancies(request: ActorRequest) -> HttpResponseBase:
    """Vacancies that run, or those of one state, by the day from which they can be let."""
    return _vacancies(request, exported_by="vacancies_export")


def agency_vacancies(request: ActorRequest) -> HttpResponseBase:
    """The same for the manager of an agency: the dwellings of their residences, to follow; no candidate, no deed."""
    return _vacancies(request, exported_by="agency_vacancies_export")


def _vacancies(request: ActorRequest, *, exported_by: str) -> HttpResponseBase:
    table = _with_holders(vacancies_table(request.actor.role, today()))
    state = read_state(table, request.GET)
    kept = _kept(state)
    cursor = (state.cursor[0], int(str(state.cursor[1]))) if state.cursor else None
    found = vacancy_rows(
        kept,
        sort=state.sort,
        descending=state.descending,
        cursor=cursor,
        backwards=state.backwards,
        limit=PAGE_ROWS,
    )
    total = count_vacancies(kept)
    page = page_of(table, state, found, limit=PAGE_ROWS, key=lambda row: (_sorted_by(state, row), row.id), total=total)
    label = words.count(total, "logement")
    others = {code: values for code, values in state.filters.items() if code not in {"etat", "vue"}}
    views = [
        Link(label=name, url=state.address(filters={**others, **wanted}), current=_same(state, wanted))
        for name, wanted in _VIEWS.items()
    ]
    context: dict[str, object] = {
        "view": view_of(table, state, page.rows, totals_label=label, pager=page.pager),
        "views": views,
        "holders": next(each.choices for each in table.filters if each.code == "reservataire"),
        "holder": state.one("reservataire"),
        "state": state.one("etat"),
        "kept_view": state.one("vue"),
        "export_url": address(request.actor.role, exported_by, "xlsx"),
        "announce_url": address(request.actor.role, "vacancy_new"),
        "shortcuts": KEYS,
    }
    return framed(request, "desk/vacancies.html", context)


_VIEWS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "En cours": {},
    "À orienter": {"etat": ("OPEN",), "vue": ("DANS_LE_FLUX",)},
    "Délai dépassé": {"vue": ("RETARD",)},
    "Hors du flux": {"vue": ("HORS_FLUX",)},
    "Loués": {"etat": ("LET",)},
    "Retirés": {"etat": ("WITHDRAWN",)},
}


def _same(state: TableState, wanted: Mapping[str, tuple[str, ...]]) -> bool:
    return all(tuple(state.filters.get(code, ())) == wanted.get(code, ()) for code in ("etat", "vue"))


def _sorted_by(state: TableState, row: VacancyRow) -> str | date:
    return row.residence if state.sort == "residence" else row.available_on


def vacancies_export(request: ActorRequest, wanted: str) -> HttpResponseBase:
    """The vacancies of the screen's filter, whole."""
    table = _with_holders(vacancies_table(request.actor.role, today()))
    state = read_state(table, request.GET)
    found = vacancy_rows(
        _kept(state), sort=state.sort, descending=state.descending, cursor=None, backwards=False, limit=ROW_LIMIT
    )
    return export_response(table, state, found, wanted=wanted, name="vacances", on=today())


def _with_holders(table: Table[VacancyRow]) -> Table[VacancyRow]:
    known = {str(holder.pk): holder.name for holder in holders()}
    *others, by_holder = table.filters
    return replace(table, filters=(*others, replace(by_holder, choices=known)))


def _kept(state: TableState) -> VacancyFilter:
    view = state.one("vue")
    return VacancyFilter(
        state=state.one("etat"),
        holder_id=row_number(state.one("reservataire")),
        overdue_on=today() if view == "RETARD" else None,
        withdrawn={"HORS_FLUX": True, "DANS_LE_FLUX": False}.get(view),
    )


# --- A new one -------------------------------------------------------------------------------------------------------


def vacancy_new(request: ActorRequest) -> HttpResponseBase:
    """Announce a dwelling by hand: its residence first, then itself."""
    residence = row_number(request.GET.get("residence", ""))
    doors = doors_to_announce(residence) if residence is not None else []
    form = AnnounceForm(request.POST or None, label_suffix="")
    form.offer([(str(door.id), place(door.building, door.staircase, door.door)) for door in doors])
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = announce_vacancy(
                dwelling_id=int(said["dwelling"]),
                announced_on=said["announced_on"],
                expected_on=said["expected_on"],
                available_on=said["available_on"],
                rent_cents=said["rent"],
                charges_cents=said["charges"],
                on=today(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "La vacance est annoncée.")
            return HttpResponseRedirect(reverse("desk:vacancy", args=[made.pk]))
    context: dict[str, object] = {
        "form": form,
        "residences": residence_names(MOST_RESIDENCES),
        "residence": residence,
        "doors": doors,
        "crumbs": [Link(label="Vacances", url=reverse("desk:vacancies")), Link(label="Annoncer")],
    }
    return framed(request, "desk/vacancy_new.html", context, status=422 if request.method == "POST" else 200)


# --- One of them -----------------------------------------------------------------------------------------------------


def vacancy(request: ActorRequest, vacancy_id: int) -> HttpResponseBase:
    """One vacancy: its days, its works, what it costs by cause, to whom it goes and why."""
    row = vacancy_row(vacancy_id)
    if row is None:
        raise Http404
    if request.method == "POST":
        return _acted(request, row)
    return _page(request, row, {})


def _page(
    request: ActorRequest, row: VacancyRow, wrong: Mapping[str, forms.Form], *, status: int = 200
) -> HttpResponse:
    on = today()
    cost = cost_of(row, on=on)
    runs = row.state not in {"LET", "WITHDRAWN"}
    to_orient = row.state == "OPEN" and not row.withdrawn_for
    spells = spells_of(row.id)
    running = next((each for each in spells if each.last_day is None), None)
    version = {"version": row.version}
    orient = wrong.get("ORIENTER") or OrientForm(initial=version, label_suffix="")
    if isinstance(orient, OrientForm):
        orient.offer([(str(each.pk), each.name) for each in holders()])
    context: dict[str, object] = {
        "row": row,
        "title": f"{door_of(row)}, {row.residence}",
        "tag": state_tag(row, on=on),
        "figs": _figs(row),
        "cost": cost,
        "bars": [
            Bar(label=_BARS[each.cause], value=each.total_cents, text=words.euros(each.total_cents))
            for each in cost.causes
        ],
        "causes": [(words.capital(SPELLS[each.cause]), each) for each in cost.causes],
        "advice": advice_for(Vacancy.objects.get(pk=row.id), on=on).proposal.sentence if to_orient else "",
        "orientations": [_told(each) for each in orientations_of(row.id)],
        "spells": [(words.capital(SPELLS[each.cause]), each) for each in spells],
        "withdrawal": WITHDRAWALS.get(row.withdrawn_for, ""),
        "runs": runs,
        "forms": {
            "orient": orient if to_orient else None,
            "release": row.state == "ORIENTED",
            "forecast": wrong.get("PREVISION")
            or ForecastForm(initial={**version, "available_on": row.available_on}, label_suffix=""),
            "spell": (wrong.get("DEBUT") or SpellForm(label_suffix="", auto_id="debut_%s"))
            if running is None
            else None,
            "spell_end": (wrong.get("FIN") or SpellEndForm(label_suffix="", auto_id="fin_%s")) if running else None,
            "withdraw": (wrong.get("RETIRER") or WithdrawForm(initial=version, label_suffix="", auto_id="retrait_%s"))
            if to_orient
            else None,
        },
        "crumbs": [Link(label="Vacances", url=reverse("desk:vacancies")), Link(label=door_of(row))],
    }
    return framed(request, "desk/vacancy.html", context, status=status)


def _figs(row: VacancyRow) -> list[Fig]:
    left = row.left_on or row.expected_on
    return [
        Fig(label="Loyer et charges", value=words.euros(row.monthly_cents), note="par mois"),
        Fig(label="Vide depuis" if row.left_on else "Départ prévu", value=words.day_short(left)),
        Fig(label="Disponible", value=words.day_short(row.available_on)),
        Fig(
            label="Logement",
            value=rooms_label(row.rooms) or "taille inconnue",
            note=f"{FINANCINGS.get(row.financing, row.financing)}, {'en QPV' if row.is_qpv else 'hors QPV'}",
        ),
    ]


def _told(each: OrientationRow) -> LifeEvent:
    why = REASONS[each.reason]
    if each.chosen_for:
        why = f"{why}\u00a0: {CHOICES[each.chosen_for]}. Les compteurs proposaient {each.proposed}"
    ended = f"Remis à disposition le {words.day_short(each.released_on)}." if each.released_on else ""
    told = (
        f"{words.capital(why)}.",
        f"Décidé par {each.decided_by}, à proposer au plus tard le {words.day_short(each.due_on)}.",
        ended,
    )
    return LifeEvent(
        when=words.day_short(each.decided_on),
        title=f"{each.holder} ({CONTINGENTS[each.contingent]})",
        text=" ".join(filter(None, told)),
    )


def _acted(request: ActorRequest, row: VacancyRow) -> HttpResponseBase:
    act = request.POST.get("acte", "")
    form = None if act == "REMETTRE" else _form_of(request, act)
    if form is not None and not form.is_valid():
        return _page(request, row, {act: form}, status=422)
    try:
        if form is None:
            release_vacancy(vacancy_id=row.id, on=today())
        else:
            _work(request, row, act, form)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _SAID[act])
    return HttpResponseRedirect(reverse("desk:vacancy", args=[row.id]))


def _form_of(request: ActorRequest, act: str) -> forms.Form:
    if act not in _FORMS:
        raise Http404
    kind, auto_id = _FORMS[act]
    form = kind(request.POST, label_suffix="", auto_id=auto_id)
    if isinstance(form, OrientForm):
        form.offer([(str(each.pk), each.name) for each in holders()])
    return form


_FORMS: Final[dict[str, tuple[type[forms.Form], str]]] = {
    "PREVISION": (ForecastForm, "id_%s"),
    "DEBUT": (SpellForm, "debut_%s"),
    "FIN": (SpellEndForm, "fin_%s"),
    "RETIRER": (WithdrawForm, "retrait_%s"),
    "ORIENTER": (OrientForm, "id_%s"),
}
_SAID: Final = {
    "PREVISION": "La date de disponibilité est changée.",
    "DEBUT": "La période est notée.",
    "FIN": "La période est finie.",
    "RETIRER": "Le logement est retiré du flux.",
    "ORIENTER": "Le logement est orienté.",
    "REMETTRE": "Le logement est remis à disposition.",
}


def _work(request: ActorRequest, row: VacancyRow, act: str, form: forms.Form) -> None:
    said = form.cleaned_data
    if act == "PREVISION":
        forecast_vacancy(vacancy_id=row.id, available_on=said["available_on"], version=said["version"])
    elif act == "DEBUT":
        start_spell(vacancy_id=row.id, cause=said["cause"], first_day=said["first_day"])
    elif act == "FIN":
        end_spell(vacancy_id=row.id, last_day=said["last_day"], cost_cents=said["cost"])
    elif act == "RETIRER":
        withdraw_vacancy(vacancy_id=row.id, cause=said["cause"], version=said["version"])
    else:
        orient_vacancy(
            vacancy_id=row.id,
            holder_id=row_number(said["holder"]),
            chosen_for=said["chosen_for"],
            by=request.actor,
            on=today(),
            version=said["version"],
        )
