"""Invented pages to try the frames on: a full residence, a tenant's home, a caretaker's round, the refusals."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import include, path
from tests.sites import web_server

from palier.web import styleguide
from palier.web.components import Frame, Link, Tag, Tone, Window
from palier.web.table_view import view_of
from palier.web.tables import Column, Filter, Kind, OnPhone, Table, page_of, read_state


@dataclass(frozen=True, slots=True, kw_only=True)
class Flat:
    number: int
    door: str
    tenant: str | None
    rent_cents: int
    balance_cents: int


FLATS: Final = [
    Flat(
        number=rank,
        door=f"A-{rank // 8}{rank % 8 + 1:02d}",
        tenant=None if rank % 13 == 5 else ("Marronnier Samira", "Saule-Merisier Thi-Lan", "Houx Mehdi")[rank % 3],
        rent_cents=39260 + 1731 * rank,
        balance_cents=-27651 if rank % 9 == 4 else 4637 if rank % 7 == 2 else 0,
    )
    for rank in range(64)
]


def _money(code: str, label: str, phone: OnPhone = OnPhone.DROPPED) -> Column[Flat]:
    return Column(
        code=code, label=label, value=lambda row: row.rent_cents, kind=Kind.MONEY, sortable=True, on_phone=phone
    )


RESIDENCE: Final = Table[Flat](
    code="residence",
    caption="Logements et baux de la résidence Les Tilleuls, montants en euros",
    default_sort="porte",
    key=lambda row: row.door,
    remark=lambda row: "" if row.tenant else "Vacant, libre le 01/12/2026",
    remark_from="locataire",
    filters=(
        Filter(code="batiment", label="Bâtiment"),
        Filter(code="bail", label="Bail", choices={"RUNNING": "en cours"}),
    ),
    columns=(
        Column(
            code="porte",
            label="Porte",
            value=lambda row: row.door,
            url=lambda row: f"/residence/?bail=RUNNING#{row.door}",
            sortable=True,
            fixed=True,
            on_phone=OnPhone.TITLE,
        ),
        Column(code="type", label="Type", value=lambda row: "T3", on_phone=OnPhone.SHOWN),
        Column(
            code="locataire", label="Locataire", value=lambda row: row.tenant, sortable=True, on_phone=OnPhone.TITLE
        ),
        Column(code="bail", label="Bail", value=lambda row: f"2019-{row.number:06d}"),
        Column(code="entree", label="Entrée", value=lambda row: date(2019, 3, 14), kind=Kind.DATE, sortable=True),
        _money("loyer", "Loyer"),
        _money("charges", "Charges"),
        _money("rls", "RLS"),
        _money("apl", "APL"),
        _money("du", "À payer", OnPhone.LABELLED),
        Column(
            code="solde",
            label="Solde",
            value=lambda row: row.balance_cents,
            kind=Kind.MONEY,
            debt=True,
            signed=True,
            sortable=True,
            on_phone=OnPhone.LABELLED,
        ),
        Column(code="paiement", label="Paiement", value=lambda row: "Prélèvement"),
        Column(
            code="signaux",
            label="Signaux",
            value=lambda row: Tag(label="Retard", tone=Tone.WARN) if row.balance_cents < 0 else None,
            kind=Kind.TAG,
            on_phone=OnPhone.SHOWN,
        ),
    ),
)

RESIDENCE_PAGE: Final = """
{% extends "web/frame_desk.html" %}{% load palier %}
{% block title %}Les Tilleuls{% endblock %}{% block main_class %}fit{% endblock %}
{% block crumbs %}{% crumbs crumbs %}{% endblock %}
{% block rail_end %}{% facade windows "Bâtiment A : 61 occupés, 3 vacants" %}{% endblock %}
{% block head %}<div class="head"><h1>Les Tilleuls</h1>
<span class="soft">12 rue de l’Exemple, 99000 Villefictive ·
64 logements, 61 baux</span>
<div class="line ms-md-auto"><a class="btn" data-key="e" href="#">{% icon "download" %}Exporter</a>
<a class="btn btn-primary" href="#">{% icon "plus" %}Nouveau bail</a></div></div>
{% views views "Vues enregistrées" %}{% endblock %}
{% block content %}<div class="chips" role="group" aria-label="Filtres et actions">{% chips view.chips %}
<span class="line ms-md-auto"><span class="soft"><span data-chosen>2</span> lignes choisies</span>
<form id="agir" method="get"><button class="btn" type="submit">Agir…</button></form>{% column_menu view %}</span></div>
<div class="room">{% data_table view %}</div>{% endblock %}
{% block foot %}<div class="foot">{% keys shortcuts %}{% pager view.pager %}</div>{% endblock %}
"""
HOME_PAGE: Final = """
{% extends "web/frame_home.html" %}{% load palier %}{% block title %}Chez moi{% endblock %}
{% block content %}<section><p class="mb-1">Bonjour Madame Saule,</p>
<h1 class="said">Il vous reste {{ 21463|euros }} à payer.</h1></section>
<section><h2 class="visually-hidden">Que voulez-vous faire ?</h2>{% doors doors %}</section>
<section><h2>Lectures</h2>{% life events %}</section>{% endblock %}
"""
FIELD_PAGE: Final = """
{% extends "web/frame_field.html" %}{% load palier %}{% block title %}Les Tilleuls{% endblock %}
{% block content %}<h1>Les Tilleuls, bâtiment A</h1><section><h2>Portes</h2>{% floors floors %}</section>{% endblock %}
"""


class SignIn(forms.Form):
    address = forms.EmailField(
        label="Adresse professionnelle", widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label="Mot de passe", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


def _page(request: HttpRequest, source: str, context: dict[str, object]) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(source).render(context, request))


def residence(request: HttpRequest) -> HttpResponse:
    state = read_state(RESIDENCE, request.GET)
    page = page_of(RESIDENCE, state, FLATS, limit=50, key=lambda row: (row.door, row.number), total=64)
    view = view_of(
        RESIDENCE,
        state,
        page.rows,
        totals={"loyer": 2533329, "du": 2583500, "solde": -89041},
        totals_label="64 logements, 61 baux, 3 vacants",
        pager=page.pager,
        chosen=frozenset({"A-003", "A-007"}),
        selection_form="agir",
    )
    guide = styleguide.sample_pieces()
    windows = [[Window.OCCUPIED] * 8 for _ in range(8)]
    crumbs = [Link(label="Agence Nord", url="/"), Link(label="Villefictive", url="/"), Link(label="Les Tilleuls")]
    own = {"frame": web_server.GUIDE_FRAME, "view": view, "crumbs": crumbs, "windows": windows}
    return _page(request, RESIDENCE_PAGE, {**guide, **own})


def home(request: HttpRequest) -> HttpResponse:
    frame = Frame(site_label="Chez moi", brand="Trois-Rives", home_url="/", account_name="T. Saule", signout_url="/s/")
    return _page(request, HOME_PAGE, {**styleguide.sample_pieces(), "frame": frame})


def field(request: HttpRequest) -> HttpResponse:
    tabs = [Link(label="Portes", url="/", icon="tasks", current=True), Link(label="Moi", url="/", icon="person")]
    frame = Frame(
        site_label="Terrain",
        home_url="/",
        navigation=tabs,
        account_name="M. Houx",
        signout_url="/s/",
        preferences_url="/apparence/",
    )
    return _page(request, FIELD_PAGE, {**styleguide.sample_pieces(), "frame": frame})


def signin(request: HttpRequest) -> HttpResponse:
    form = SignIn({"address": "inconnu"} if "refus" in request.GET else None)
    return render(request, "web/signin.html", {"form": form, "landlord": "Office des Trois-Rives", "demo_url": "/"})


def refusal(request: HttpRequest, code: str) -> HttpResponse:
    sentence = "Ce mois est déjà scellé depuis le 24 novembre."
    return render(request, f"{code}.html", {"refusal": sentence, "back_url": "/residence/"})


urlpatterns = [
    *web_server.urlpatterns,
    path("residence/", residence),
    path("chez-moi/", home),
    # Where a language is chosen.
    path("chez-moi/", include(([path("apparence/", home, name="preferences")], "home"))),
    path("terrain/", field),
    path("entrer/", signin),
    path("refus/<str:code>/", refusal),
]
