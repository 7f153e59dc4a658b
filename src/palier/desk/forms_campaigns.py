"""What is typed about a campaign: years, rates, amounts, a reference. Nothing about anyone in words."""

from decimal import Decimal

from django import forms

from palier.campaigns.models import EXCLUSIONS
from palier.campaigns.operations.exclusions import Exclusion
from palier.campaigns.operations.revision import Vote
from palier.campaigns.operations.survey import Answer
from palier.foundation.money import cents_from_decimal


class VoteForm(forms.Form):
    """What was voted for a year."""

    year = forms.IntegerField(label="Année", min_value=2016, max_value=2099)
    percent = forms.DecimalField(
        label="Taux voté (%)",
        required=False,
        max_digits=5,
        decimal_places=2,
        min_value=Decimal(0),
        help_text="Laissez vide pour suivre toute la variation de l’indice.",
    )
    derogation = forms.RegexField(
        label="Dérogation",
        required=False,
        regex=r"^[A-Za-z0-9/.-]{3,40}$",
        help_text="La référence de l’acte, si le taux dépasse l’indice.",
        error_messages={"invalid": "Lettres, chiffres et tirets, de 3 à 40 signes."},
    )

    @property
    def vote(self) -> Vote:
        """What was typed."""
        typed = self.cleaned_data
        return Vote(year=typed["year"], percent=typed["percent"], derogation=typed["derogation"])


class SurveyForm(forms.Form):
    """A year's survey, and the fee of those who do not answer."""

    year = forms.IntegerField(label="Année du supplément", min_value=2016, max_value=2099)
    fee = forms.DecimalField(
        label="Frais de dossier (€)",
        max_digits=4,
        decimal_places=2,
        min_value=Decimal(0),
        max_value=Decimal(25),
        initial=Decimal(25),
        help_text="25 € au plus, pour qui ne répond pas.",
    )

    @property
    def fee_cents(self) -> int:
        """The fee in cents."""
        return cents_from_decimal(self.cleaned_data["fee"])


class AnswerForm(forms.Form):
    """The answer of a household."""

    income = forms.DecimalField(
        label="Revenu fiscal de référence (€ par an)", max_digits=11, decimal_places=2, min_value=Decimal(0)
    )
    category = forms.IntegerField(
        label="Catégorie de ménage",
        min_value=1,
        max_value=6,
        help_text="De 1 à 6, comme pour les plafonds de ressources.",
    )
    extra_people = forms.IntegerField(label="Personnes au-delà de la catégorie 6", min_value=0, max_value=50, initial=0)

    @property
    def answer(self) -> Answer:
        """What was typed, in cents."""
        typed = self.cleaned_data
        return Answer(
            income_cents=cents_from_decimal(typed["income"]),
            category=typed["category"],
            extra_people=typed["extra_people"],
        )


class ReachedForm(forms.Form):
    """The day that the slip of a registered letter bears."""

    reached_on = forms.DateField(
        label="Remise, ou première présentation",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Le jour que porte l’avis de réception\u00a0; les quinze jours en courent.",
    )


class ExclusionForm(forms.Form):
    """A residence where no supplement is due, by the act that says so."""

    residence = forms.RegexField(
        label="Code de la résidence",
        regex=r"^[A-Za-z0-9./_-]{1,40}$",
        help_text="Il est sur la fiche de la résidence.",
        error_messages={"invalid": "Lettres, chiffres et tirets, 40 signes au plus."},
    )
    reason = forms.ChoiceField(label="Raison", choices=[(code, label.capitalize()) for code, label in EXCLUSIONS])
    act = forms.RegexField(
        label="Acte",
        regex=r"^[A-Za-z0-9/.-]{3,40}$",
        help_text="La référence de l’arrêté ou de la délibération.",
        error_messages={"invalid": "Lettres, chiffres et tirets, de 3 à 40 signes."},
    )
    first_day = forms.DateField(label="À partir du", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    @property
    def exclusion(self) -> Exclusion:
        """What was typed."""
        typed = self.cleaned_data
        return Exclusion(reason=typed["reason"], act_reference=typed["act"], first_day=typed["first_day"])
