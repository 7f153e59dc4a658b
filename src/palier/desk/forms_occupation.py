"""What is sent about an occupation: yes, no or not known, codes of closed lists, days, a national number."""

from collections.abc import Iterable

from django import forms
from django.http import QueryDict

from palier.attribution.operations.reviewing import Stated
from palier.attribution.queries.reviews import DraftRow
from palier.attribution.rules.words import SOLUTIONS
from palier.foundation.periods import day_fr

_YES_NO = [("", "non connu"), ("OUI", "oui"), ("NON", "non")]
_DAY = {"required": "Donnez un jour.", "invalid": "Donnez un jour."}


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), error_messages=_DAY
    )


class StatedForm(forms.Form):
    """What the tenant said of their dwelling; never why."""

    residents = forms.IntegerField(
        label="Occupants", required=False, min_value=1, max_value=50, help_text="Vide\u00a0: ce que dit le dossier."
    )
    is_adapted = forms.ChoiceField(label="Logement adapté à un handicap", required=False, choices=_YES_NO)
    adapted_for_gone = forms.ChoiceField(label="La personne concernée n’y vit plus", required=False, choices=_YES_NO)
    needs_adapted = forms.ChoiceField(
        label="Besoin d’un logement adapté",
        required=False,
        choices=_YES_NO,
        help_text="Handicap reconnu ou perte d’autonomie\u00a0: oui ou non, jamais lequel.",
    )

    @property
    def stated(self) -> Stated:
        """What was sent, as the operation reads it."""
        sent = {name: {"OUI": True, "NON": False}.get(str(value)) for name, value in self.cleaned_data.items()}
        return Stated(
            is_adapted=sent["is_adapted"],
            adapted_for_gone=sent["adapted_for_gone"],
            needs_adapted=sent["needs_adapted"],
            residents=self.cleaned_data["residents"],
        )


class ToCommissionForm(forms.Form):
    """The sitting where the review goes."""

    sitting = forms.TypedChoiceField(label="Séance en préparation", coerce=int)

    def __init__(self, data: QueryDict | None, *, sittings: Iterable[DraftRow]) -> None:
        super().__init__(data)
        self.fields["sitting"] = forms.TypedChoiceField(
            label="Séance en préparation",
            coerce=int,
            choices=[(each.id, f"{each.number}, le {day_fr(each.held_on)}") for each in sittings],
        )


class SolutionForm(forms.Form):
    """What was proposed to the tenant, and their answer."""

    met_on = _day("Entretien le")
    solution = forms.ChoiceField(label="Suite proposée", choices=list(SOLUTIONS.items()))
    is_agreed = forms.ChoiceField(label="Le locataire", choices=[("OUI", "est d’accord"), ("NON", "refuse")])


class TransferForm(forms.Form):
    """The application for a transfer, as the national system's attestation says it."""

    number = forms.CharField(
        label="Numéro de la demande", max_length=18, help_text="Donné par le système national, jamais fait ici."
    )
    filed_on = _day("Déposée le")
