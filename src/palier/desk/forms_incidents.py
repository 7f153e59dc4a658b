"""What is typed about a breach of data: closed lists, dates, numbers. Nothing is told of anyone in words."""

from typing import Final

from django import forms

from palier.oversight.models import CAUSES, KINDS, MEASURES
from palier.oversight.operations.incidents import Declared
from palier.oversight.rules.gravity import EASE_LABELS, EXPOSURE_LABELS

_MOMENT: Final = "%Y-%m-%dT%H:%M"
_WRONG_MOMENT: Final = "Donnez un jour et une heure."


def _moment(label: str, *, required: bool, help_text: str = "") -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=[_MOMENT],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT),
        error_messages={"required": _WRONG_MOMENT, "invalid": _WRONG_MOMENT},
    )


class IncidentForm(forms.Form):
    """What happened, since when it is known, and whose readings are looked for."""

    kind = forms.ChoiceField(label="Ce qui s’est passé", choices=list(KINDS.items()), widget=forms.RadioSelect)
    cause = forms.ChoiceField(label="Cause probable", choices=list(CAUSES.items()))
    aware_at = _moment("Connue depuis le", required=True, help_text="L’horloge de 72 heures part de là.")
    agent_id = forms.IntegerField(
        label="Agent n°",
        required=False,
        min_value=1,
        help_text="L’agent, le détenteur du téléphone ou du compte. Son numéro est dans le journal.",
    )
    from_at = _moment("Lectures du", required=False)
    until_at = _moment("Lectures jusqu’au", required=False)
    reading_id = forms.IntegerField(
        label="Lecture n°",
        required=False,
        min_value=1,
        help_text="Pour un fichier parti : le numéro de la ligne du journal qui l’a exporté.",
    )
    is_exercise = forms.BooleanField(
        label="C’est un exercice", required=False, help_text="Hors du registre, et marqué EXERCICE sur chaque papier."
    )

    def clean(self) -> dict[str, object]:
        """Either a reading, or an agent and a window."""
        cleaned: dict[str, object] = super().clean() or {}
        by_agent = all(cleaned.get(name) is not None for name in ("agent_id", "from_at", "until_at"))
        if cleaned.get("reading_id") is None and not by_agent:
            raise forms.ValidationError("Donnez un agent et une période, ou le numéro d’une lecture.")
        return cleaned

    @property
    def declared(self) -> Declared:
        """The facts typed; a reading's number goes before an agent's."""
        typed = self.cleaned_data
        by_reading = typed["reading_id"] is not None
        return Declared(
            kind=typed["kind"],
            cause=typed["cause"],
            aware_at=typed["aware_at"],
            is_exercise=typed["is_exercise"],
            reading_id=typed["reading_id"],
            agent_id=None if by_reading else typed["agent_id"],
            from_at=None if by_reading else typed["from_at"],
            until_at=None if by_reading else typed["until_at"],
        )


class AssessmentForm(forms.Form):
    """The grid of the risk, and the measures already taken."""

    ease = forms.ChoiceField(
        label="Reconnaître les personnes est", choices=[(code.value, label) for code, label in EASE_LABELS.items()],
        initial="MAXIMUM",
    )  # fmt: skip
    exposure = forms.ChoiceField(
        label="Les données ont été vues par", choices=[(code.value, label) for code, label in EXPOSURE_LABELS.items()]
    )
    is_malicious = forms.BooleanField(label="Avec l’intention de nuire ou d’en profiter", required=False)
    measures = forms.MultipleChoiceField(
        label="Mesures prises", choices=list(MEASURES.items()), required=False, widget=forms.CheckboxSelectMultiple
    )


class ReceiptForm(forms.Form):
    """The number given back by the authority's online service."""

    receipt = forms.RegexField(
        label="N° du récépissé",
        regex=r"^[A-Za-z0-9/-]{3,30}$",
        error_messages={
            "required": "Recopiez le numéro du récépissé.",
            "invalid": "Lettres, chiffres et tirets, de 3 à 30 signes.",
        },
    )
