"""What is typed about a vacancy, a reservation holder, a convention."""

from collections.abc import Sequence

from django import forms

from palier.attribution.models import ReservationConvention
from palier.attribution.operations.vacancies import TAKEN_BACK
from palier.attribution.rules.words import CHOICES, CONTINGENTS, SPELLS, WITHDRAWALS
from palier.desk.forms_leases import Day
from palier.desk.labels import labels_of
from palier.web import words
from palier.web.amounts import Amount, FrenchDecimal

_CHOOSE = {"required": "Choisissez dans la liste.", "invalid_choice": "Ce choix n’est plus dans la liste."}
_MANAGED = labels_of(ReservationConvention, "managed_in")


def _choice(
    label: str, choices: dict[str, str] | Sequence[tuple[str, str]], *, required: bool = True, help_text: str = ""
) -> forms.ChoiceField:
    pairs = list(choices.items()) if isinstance(choices, dict) else list(choices)
    return forms.ChoiceField(
        label=label,
        required=required,
        help_text=help_text,
        choices=[("", "Choisir"), *((code, words.capital(text)) for code, text in pairs)],
        error_messages=_CHOOSE,
    )


class AnnounceForm(forms.Form):
    """A dwelling that becomes free, whose lease is not in Palier: a new one, most often."""

    dwelling = _choice("Logement", ())
    announced_on = Day(label="Annoncé le")
    expected_on = Day(
        label="Dernier jour d’occupation", help_text="Pour un logement neuf\u00a0: la veille de la livraison."
    )
    available_on = Day(label="Disponible à partir du")
    rent = Amount(label="Loyer (€ par mois)")
    charges = Amount(label="Charges (€ par mois)")

    def offer(self, doors: Sequence[tuple[str, str]]) -> None:
        """The dwellings of the residence chosen before."""
        field = self.fields["dwelling"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "Choisir"), *doors]


class ForecastForm(forms.Form):
    """From which day the dwelling can be let."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    available_on = Day(label="Disponible à partir du")


class SpellForm(forms.Form):
    """Works or a technical vacancy begin."""

    cause = _choice("Cause", {code: SPELLS[code] for code in ("WORKS", "TECHNICAL")})
    first_day = Day(label="Depuis le")


class SpellEndForm(forms.Form):
    """They end, and what they cost."""

    last_day = Day(label="Dernier jour")
    cost = Amount(label="Coût (€)", help_text="Zéro s’il n’y a rien eu à payer.")


class WithdrawForm(forms.Form):
    """Out of the flow of reservations, and why."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    cause = _choice("Motif", {code: label for code, label in WITHDRAWALS.items() if code != TAKEN_BACK})


class OrientForm(forms.Form):
    """To the holder that the counters propose, or to another."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    holder = _choice(
        "Réservataire", (), required=False, help_text="Laissez vide pour suivre la proposition des compteurs."
    )
    chosen_for = _choice(
        "Motif d’un autre choix", CHOICES, required=False, help_text="Obligatoire si ce n’est pas la proposition."
    )

    def offer(self, holders: Sequence[tuple[str, str]]) -> None:
        """Every holder."""
        field = self.fields["holder"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "Celui que les compteurs proposent"), *holders]


class HolderForm(forms.Form):
    """A new reservation holder."""

    code = forms.CharField(label="Code", max_length=20, help_text="En capitales, par exemple VILLE_PARIS.")
    name = forms.CharField(label="Nom", max_length=80, help_text="Le nom d’un organisme, jamais d’une personne.")
    contingent = _choice("Contingent (RPLS)", {code: label for code, label in CONTINGENTS.items() if code != "7"})


class ConventionForm(forms.Form):
    """Its share of the flow, on a territory, between two days."""

    holder = _choice("Réservataire", ())
    territory = forms.CharField(
        label="Territoire", max_length=5, help_text="Le département (75), ou la commune (75056)."
    )
    first_day = Day(label="Premier jour")
    last_day = Day(label="Dernier jour", required=False)
    share = FrenchDecimal(label="Part du flux (%)")
    propose_within_days = forms.IntegerField(
        label="Jours pour proposer",
        min_value=1,
        max_value=365,
        help_text="Un mois au plus en zone tendue, quoi que dise la convention.",
        error_messages={"required": "Tapez un nombre de jours.", "invalid": "Tapez un nombre de jours."},
    )
    managed_in = forms.ChoiceField(
        label="Gestion", choices=[(code, words.capital(text)) for code, text in _MANAGED.items()]
    )

    def offer(self, holders: Sequence[tuple[str, str]]) -> None:
        """Those that may hold a convention."""
        field = self.fields["holder"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "Choisir"), *holders]
