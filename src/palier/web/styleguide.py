"""The visual guide: every piece, in both densities and both schemes, with invented names. It reads no personal data."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from palier.web.components import (
    Bar,
    CalcLine,
    Chip,
    Door,
    Fig,
    Floor,
    FloorDoor,
    FoundGroup,
    FoundItem,
    Frame,
    JobProgress,
    LifeEvent,
    Link,
    Shortcut,
    Step,
    StepState,
    Tag,
    Tone,
    Window,
)
from palier.web.icons import ICONS
from palier.web.table_view import TableView, view_of
from palier.web.tables import Column, Filter, Kind, OnPhone, Pager, Table, read_state

SWATCHES: Final = (
    ("ground", "fond"), ("surface", "surface"), ("sunken", "creux"), ("line", "filet"), ("edge", "contour"),
    ("ink", "encre"), ("soft", "encre douce"), ("accent", "accent"), ("tint", "accent clair"), ("bar", "bandeau"),
    ("lamp", "lampe"), ("lit", "éclairé"), ("ok", "bon"), ("warn", "attention"), ("bad", "danger"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleDwelling:
    door: str
    rooms: str
    tenant: str | None
    entered_on: date | None
    due_cents: int | None
    balance_cents: int | None
    flag: Tag | None = None


SAMPLE_ROWS: Final = (
    SampleDwelling(
        door="A-101", rooms="T3", tenant="Noyer Rachid", entered_on=date(2009, 3, 1), due_cents=35934, balance_cents=0
    ),
    SampleDwelling(
        door="A-104",
        rooms="T3",
        tenant="Érable Fatou",
        entered_on=date(1998, 8, 7),
        due_cents=45693,
        balance_cents=-21463,
        flag=Tag(label="Retard", tone=Tone.WARN),
    ),
    SampleDwelling(door="A-105", rooms="T4", tenant=None, entered_on=None, due_cents=None, balance_cents=None),
    SampleDwelling(
        door="A-106",
        rooms="T1",
        tenant="Tremble Élise",
        entered_on=date(2026, 11, 12),
        due_cents=10175,
        balance_cents=1820,
    ),
)

SAMPLE_TABLE: Final = Table[SampleDwelling](
    code="guide",
    caption="Exemple : quatre logements, montants en euros",
    default_sort="porte",
    key=lambda row: row.door,
    remark=lambda row: "" if row.tenant else "Vacant, libre le 01/12/2026",
    remark_from="locataire",
    filters=(Filter(code="batiment", label="Bâtiment"),),
    columns=(
        Column(
            code="porte",
            label="Porte",
            value=lambda row: row.door,
            url=lambda row: f"#{row.door}",
            sortable=True,
            fixed=True,
            on_phone=OnPhone.TITLE,
        ),
        Column(code="type", label="Type", value=lambda row: row.rooms, sortable=True, on_phone=OnPhone.SHOWN),
        Column(
            code="locataire", label="Locataire", value=lambda row: row.tenant, sortable=True, on_phone=OnPhone.TITLE
        ),
        Column(code="entree", label="Entrée", value=lambda row: row.entered_on, kind=Kind.DATE, sortable=True),
        Column(
            code="du",
            label="À payer",
            value=lambda row: row.due_cents,
            kind=Kind.MONEY,
            sortable=True,
            on_phone=OnPhone.LABELLED,
        ),
        Column(
            code="solde",
            label="Solde",
            unit="€",
            value=lambda row: row.balance_cents,
            kind=Kind.MONEY,
            signed=True,
            debt=True,
            sortable=True,
            on_phone=OnPhone.LABELLED,
        ),
        Column(code="signaux", label="Signaux", value=lambda row: row.flag, kind=Kind.TAG, on_phone=OnPhone.SHOWN),
    ),
)


class SampleForm(forms.Form):
    """A form as refused, to show where hints and errors stand."""

    rent = forms.CharField(label="Loyer principal (€)", help_text="Plafond de la convention : 426,82 €.")
    starts_on = forms.CharField(label="Date d’effet")
    term = forms.ChoiceField(
        label="Terme", choices=(("ARREARS", "Échu"), ("ADVANCE", "À échoir")), widget=forms.RadioSelect
    )
    zone = forms.ChoiceField(
        label="Zone", required=False, choices=(("", "Non précisée"), ("1", "Zone 1"), ("2", "Zone 2"))
    )
    agreed = forms.BooleanField(label="J’ai relu les montants", required=False)

    def clean_starts_on(self) -> str:
        raise forms.ValidationError("Le 31 février n’existe pas. Le dernier jour du mois est le 28.")


class SampleMessage(forms.Form):
    message = forms.CharField(
        label="Votre message",
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        help_text="La personne pourra lire ce texte.",
        max_length=500,
    )


def styleguide(request: HttpRequest, frame: Frame) -> HttpResponse:
    """The page. The site gives its own frame, so that the guide stands among its navigation."""
    form = SampleForm({"rent": "412,46", "starts_on": "31/02/2027", "term": "ARREARS"})
    form.is_valid()
    return render(
        request,
        "web/styleguide.html",
        {
            "frame": frame,
            "form": form,
            "message_form": SampleMessage(auto_id="ample_%s"),
            "table": _sample_table(request),
            **sample_pieces(),
        },
    )


def _sample_table(request: HttpRequest) -> TableView:
    return view_of(
        SAMPLE_TABLE,
        read_state(SAMPLE_TABLE, request.GET),
        SAMPLE_ROWS,
        totals={"du": 91802, "solde": -19643},
        totals_label="4 logements, 3 baux",
        chosen=frozenset({"A-104"}),
        selection_form="guide-selection",
        pager=Pager(previous_url="#tableaux", next_url="#tableaux", label="51 à 100 sur 24 618"),
    )


def sample_pieces() -> dict[str, object]:
    """Invented rows for every piece, by the name the guide gives them."""
    return {
        "swatches": SWATCHES,
        "icons": sorted(ICONS),
        "crumbs": [Link(label="Palier", url="#contenu"), Link(label="Guide visuel")],
        "views": [
            Link(label="Tous", url="#tableaux", current=True, count=64),
            Link(label="En retard", url="#tableaux", count=4),
            Link(label="À compléter", url="#tableaux", count=1),
        ],
        "figs": [
            Fig(label="Baux calculés", value="24 589", note="sur 24 618"),
            Fig(label="Solde", value="−214,63 €", debt=True),
            Fig(label="Mis de côté", value="29 baux", url="#faits"),
        ],
        "steps": [
            Step(label="Calculé", note="21 nov., 8 h 12, en 9,4 s", state=StepState.DONE),
            Step(label="En relecture", note="5 anomalies à voir", state=StepState.NOW),
            Step(label="Scellé", note="Écrit au grand livre, définitif"),
        ],
        "bars": [
            Bar(label="Arrivées", value=6120410, text="+61 204"),
            Bar(label="Provisions de chauffage", value=4831600, text="+48 316"),
            Bar(label="RLS, notifications CAF", value=-1248055, text="−12 480"),
            Bar(label="Départs", value=-5893164, text="−58 931"),
        ],
        "jobs": [
            JobProgress(
                label="Avis mis en page", done=18240, total=24589, note="Encore 40 secondes environ.", page_url="#"
            ),
            JobProgress(label="Calcul du mois", done=24589, total=24589, note="Terminé en 9,4 s", tone=Tone.OK),
        ],
        "chips": [Chip(label="Bâtiment : A", url="#badges", on=True), Chip(label="En retard", url="#badges")],
        "lines": _calc_lines(),
        "events": _events(),
        "doors": [
            Door(label="Payer", url="#portes", icon="euro", note="Carte ou virement", first=True),
            Door(label="Mes documents", url="#portes", icon="document", note="Avis, quittances"),
            Door(label="Signaler", url="#portes", icon="tools", note="Panne, fuite"),
        ],
        "floors": _floors(),
        "windows": [[Window.OCCUPIED] * 8 for _ in range(4)]
        + [[Window.OCCUPIED, Window.VACANT, Window.OCCUPIED, Window.LIT, *[Window.OCCUPIED] * 4]],
        "found": sample_results(),
        "shortcuts": [
            Shortcut(keys=("↑", "↓"), label="ligne"),
            Shortcut(keys=("↵",), label="ouvrir"),
            Shortcut(keys=("Espace",), label="choisir"),
            Shortcut(keys=("/",), label="rechercher"),
        ],
    }


def _calc_lines() -> list[CalcLine]:
    return [
        CalcLine(label="Loyer principal", value="412,46", reason="62,40 m² × 6,61 €"),
        CalcLine(
            label="Réduction de loyer de solidarité",
            value="−43,06",
            reason="Zone 2, couple et une personne à charge.",
            source="CCH, art. L442-2-1",
            source_tag=Tag(label="officiel", tone=Tone.OK),
            chosen=True,
        ),
        CalcLine(label="À payer", value="369,40 €", total=True),
    ]


def _events() -> list[LifeEvent]:
    return [
        LifeEvent(
            when="Aujourd’hui, 10 h 42",
            title="Agence Nord, gestionnaire",
            text="Pour suivre votre plan de paiement.",
            seen=("votre compte", "votre bail"),
            occasion="le quittancement de décembre",
            url="#lectures",
            url_label="Je ne comprends pas cet accès",
            new=True,
        ),
        LifeEvent(
            when="Le 21 novembre",
            title="Traitement du mois, sans lecture par une personne",
            text="Données utilisées : bail, ressources pour la RLS, APL. But : préparer votre avis.",
            mass=True,
        ),
    ]


def _floors() -> list[Floor]:
    interpreter = Tag(label="Interprète utile", tone=Tone.INFO)
    return [
        Floor(number=3, doors=(FloorDoor(code="304", name="Saule", notes=("Accepte un SMS",), tags=(interpreter,)),)),
        Floor(
            number=1,
            doors=(FloorDoor(code="103", name="Vacant", notes=("Travaux jusqu’au 18 décembre",), vacant=True),),
        ),
    ]


def sample_results() -> list[FoundGroup]:
    """Invented results, for the guide and for whoever tries the search box."""
    return [
        FoundGroup(
            title="Personnes",
            items=(
                FoundItem(label="Saule Thi-Lan", url="#recherche", detail="A-304, Les Tilleuls · bail 2019-004127"),
                FoundItem(
                    label="De Saül Inès",
                    url="#recherche",
                    icon="lock",
                    detail="Agence Sud, hors de votre portefeuille",
                    tag=Tag(label="motif demandé", tone=Tone.WARN),
                ),
            ),
        ),
        FoundGroup(
            title="Adresses",
            items=(FoundItem(label="8 allée des Saules, Villefictive", url="#recherche", icon="building"),),
        ),
    ]
