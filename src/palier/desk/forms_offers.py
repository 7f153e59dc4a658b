"""What is typed after a commission: a receipt, a visit, an answer, a renunciation, a signature."""

from typing import Final

from django import forms

from palier.attribution.models import Notification
from palier.attribution.rules.words import OFFER_REFUSALS
from palier.desk.labels import labels_of
from palier.web.amounts import Amount
from palier.web.choices import ChoiceIf

MEANS: Final = labels_of(Notification, "means")
_DAY: Final = {"required": "Donnez un jour.", "invalid": "Donnez un jour."}


def _day(label: str, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=_DAY,
    )


class ReceiptForm(forms.Form):
    """When a letter reached its person, and by what."""

    recue_le = forms.DateField(
        label="Reçue le",
        widget=forms.DateInput(attrs={"type": "date", "class": "field w-auto"}, format="%Y-%m-%d"),
        error_messages=_DAY,
    )
    moyen = forms.ChoiceField(
        label="Par", choices=list(MEANS.items()), widget=forms.Select(attrs={"class": "field w-auto"})
    )


class VisitForm(forms.Form):
    """The visit of the dwelling."""

    visite = forms.DateTimeField(
        label="Rendez-vous",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
        error_messages={"required": "Donnez un jour et une heure.", "invalid": "Donnez un jour et une heure."},
    )


class VisitedForm(forms.Form):
    """The dwelling was visited."""

    visite_le = _day("Visité le")


class AnswerForm(forms.Form):
    """The person's answer: yes, or no with its motive."""

    reponse = forms.ChoiceField(label="Réponse", choices=[("OUI", "accepte"), ("NON", "refuse")])
    motif = ChoiceIf(
        label="Motif du refus",
        asked_if="obligatoire si la personne refuse",
        choices=[("", "–"), *((code, label) for code, label in OFFER_REFUSALS.items() if code != "SILENCE")],
    )
    le = _day("Le")


class RenounceForm(forms.Form):
    """Who accepted withdraws before the lease is signed."""

    motif = forms.ChoiceField(
        label="Motif", choices=[(code, label) for code, label in OFFER_REFUSALS.items() if code != "SILENCE"]
    )
    le = _day("Dit le")


class SignForm(forms.Form):
    """The lease that was signed."""

    signe_le = _day("Bail signé le")
    debut = _day("Début du bail")
    depot = Amount(label="Dépôt de garantie (€)", help_text="Un mois de loyer sans les charges au plus.")
