"""What the DPO types about durations: months, an end, whether a text confirms them; and what is held back."""

from django import forms
from django.http import QueryDict

from palier.desk.forms_leases import Day
from palier.retention.models import GROUNDS
from palier.retention.rules.schedule import (
    ACTIONS_FR,
    LONGEST_MONTHS,
    STATUSES_FR,
    Durations,
    EndAction,
    KeptRule,
    Status,
)
from palier.web.choices import CHOOSE, offer

_MONTHS = {
    "required": "Tapez un nombre de mois, par exemple 36.",
    "invalid": "Tapez un nombre entier de mois, par exemple 36.",
    "min_value": "Un nombre de mois ne peut pas être négatif.",
    "max_value": "Cent ans au plus.",
}
_NUMBER = {
    "invalid": "Tapez le numéro seul, sans espace ni lettre.",
    "min_value": "Un numéro commence à 1.",
}


class DurationsForm(forms.Form):
    """A duration, with the decision it replaces: two people deciding at once are told."""

    active_months = forms.IntegerField(
        label="Mois en base active",
        min_value=0,
        max_value=LONGEST_MONTHS,
        help_text="Le temps de l’usage courant, après l’événement.",
        error_messages=_MONTHS,
    )
    archive_months = forms.IntegerField(
        label="Mois en archive intermédiaire",
        min_value=0,
        max_value=LONGEST_MONTHS,
        help_text="Ils s’ajoutent : le temps d’une prescription, d’une obligation comptable.",
        error_messages=_MONTHS,
    )
    action = forms.ChoiceField(label="À la fin", error_messages=CHOOSE)
    status = forms.ChoiceField(
        label="État", choices=[(status.value, label) for status, label in STATUSES_FR.items()], error_messages=CHOOSE
    )
    replaces = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: QueryDict | None, *, rule: KeptRule, rank: int) -> None:
        initial = {
            "active_months": rule.active_months,
            "archive_months": rule.archive_months,
            "action": rule.action.value,
            "status": rule.status.value,
            "replaces": rank,
        }
        super().__init__(data, initial=initial, label_suffix="")
        offer(self, "action", [(end.value, ACTIONS_FR[end]) for end in rule.ends])

    def durations(self) -> Durations:
        """What was typed, once valid."""
        return Durations(
            active_months=self.cleaned_data["active_months"],
            archive_months=self.cleaned_data["archive_months"],
            action=EndAction(self.cleaned_data["action"]),
            status=Status(self.cleaned_data["status"]),
        )


class HoldForm(forms.Form):
    """A person or a lease, by number: a name would be one more reading."""

    person_id = forms.IntegerField(label="Personne n°", required=False, min_value=1, error_messages=_NUMBER)
    lease_id = forms.IntegerField(label="Bail n°", required=False, min_value=1, error_messages=_NUMBER)
    ground = forms.ChoiceField(label="Raison", choices=[("", "Choisir"), *GROUNDS], error_messages=CHOOSE)
    first_day = Day(label="Du")
    last_day = Day(label="Au", required=False, help_text="Vide tant que la fin n’est pas connue.")

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data, label_suffix="")
