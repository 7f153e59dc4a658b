"""What is typed about outgoing mail: a text of listed fields, a day, a moment, what is noted of a letter."""

from collections.abc import Sequence
from typing import Final

from django import forms
from django.http import QueryDict

from palier.correspondence.models import NATURES, RETURNS, SLOTS
from palier.correspondence.operations.selecting import Occasion
from palier.correspondence.operations.templates import Draft
from palier.correspondence.queries.register import STATE_LABELS, Wanted
from palier.correspondence.queries.templates import TemplateRow
from palier.correspondence.rules.markup import TextRefused, read_text
from palier.desk.forms_leases import Day
from palier.screening.fields import ScreenedField, ScreenedForm
from palier.web.choices import offer

_ROWS: Final = 22


class DraftForm(ScreenedForm):
    """A text, and how its letters leave; `bail` is for the preview alone."""

    title = ScreenedField(label="Titre de la lettre", max_length=100, help_text="En haut de la page, en gros.")
    source = ScreenedField(
        label="Texte",
        strip=False,
        widget=forms.Textarea(attrs={"rows": _ROWS, "spellcheck": "true"}),
        error_messages={"required": "Écrivez le texte de la lettre."},
    )
    is_registered = forms.BooleanField(label="Part toujours en recommandé", required=False)
    needs_two = forms.BooleanField(label="Deux personnes signent chaque envoi", required=False)
    bail = forms.RegexField(
        label="Essayer avec un bail",
        required=False,
        regex=r"^[A-Za-z0-9./_-]{1,20}$",
        help_text="Son numéro. Vide : un locataire fictif.",
        error_messages={"invalid": "Le numéro d’un bail a 20 signes au plus, sans espace."},
    )

    def clean_source(self) -> str:
        """Refused by line and column, each fault told."""
        source: str = self.cleaned_data["source"]
        try:
            read_text(source)
        except TextRefused as refused:
            told = [f"Ligne {each.line}, colonne {each.column}\u00a0: {each.reason}." for each in refused.faults]
            raise forms.ValidationError(told) from refused
        return source

    @property
    def draft(self) -> Draft:
        """What was written."""
        typed = self.cleaned_data
        return Draft(
            title=typed["title"],
            source=typed["source"],
            is_registered=typed["is_registered"],
            needs_two=typed["needs_two"],
        )


class NewTemplateForm(DraftForm):
    """The same with the name of a template that does not exist yet."""

    name = ScreenedField(label="Nom du modèle", max_length=80)
    code = forms.SlugField(label="Code", max_length=40, help_text="Lettres, chiffres et tirets, sans accent.")

    field_order = ("name", "code", "title", "source", "is_registered", "needs_two", "bail")


class OccasionForm(forms.Form):
    """Which letter, and what it says of this sending."""

    version = forms.TypedChoiceField(
        label="Modèle",
        coerce=int,
        error_messages={"required": "Choisissez un modèle.", "invalid_choice": "Choisissez un modèle de la liste."},
    )
    event_on = Day(label="Jour à dire", required=False, help_text="Si le texte nomme un jour.")
    slot = forms.ChoiceField(label="Moment à dire", required=False, choices=[("", "aucun"), *SLOTS])

    def __init__(self, data: QueryDict | None, *, templates: Sequence[TemplateRow]) -> None:
        super().__init__(data, label_suffix="")
        offer(
            self,
            "version",
            [
                (each.version_id, f"{each.name}, version {each.rank}{', deux signatures' if each.needs_two else ''}")
                for each in templates
            ],
        )

    @property
    def version_id(self) -> int:
        """The version chosen."""
        chosen: int = self.cleaned_data["version"]
        return chosen

    @property
    def occasion(self) -> Occasion:
        """What was typed for the whole sending."""
        return Occasion(event_on=self.cleaned_data["event_on"], slot=self.cleaned_data["slot"])


class RegisterForm(forms.Form):
    """What the register is searched by."""

    numero = forms.CharField(label="Numéro", required=False, max_length=30)
    nom = forms.CharField(label="Locataire", required=False, max_length=80)
    du = Day(label="Du", required=False)
    au = Day(label="Au", required=False)
    etat = forms.ChoiceField(label="Lettres", required=False, choices=[("", "toutes"), *STATE_LABELS.items()])

    def __init__(self, asked: QueryDict | None) -> None:
        super().__init__(asked, label_suffix="")
        for field in self.fields.values():
            field.widget.attrs["class"] = "w-auto mw-100"

    @property
    def wanted(self) -> Wanted:
        """What was asked; nothing when it was not understood."""
        if not self.is_valid():
            return Wanted()
        asked = self.cleaned_data
        return Wanted(
            number=asked["numero"], name=asked["nom"], since=asked["du"], until=asked["au"], state=asked["etat"]
        )


class SlipForm(forms.Form):
    """The number of the carrier's slip."""

    number = forms.CharField(label="Numéro du recommandé", max_length=40)


class ReturnedForm(forms.Form):
    """The day a letter came back, and what the post wrote on it."""

    returned_on = Day(label="Revenue le")
    reason = forms.ChoiceField(label="Motif écrit par la poste", choices=RETURNS)


class PostedForm(forms.Form):
    """The day the paper was handed to the post."""

    posted_on = Day(label="Remis à la poste le")


class ReplyForm(forms.Form):
    """A paper received: its file, its day, its nature, the day by which it asks an answer."""

    paper = forms.FileField(label="Papier numérisé", help_text="PDF ou photo (JPEG, PNG, WebP), 8 Mo au plus.")
    received_on = Day(label="Reçu le")
    nature = forms.ChoiceField(label="Nature", choices=[(code, label.capitalize()) for code, label in NATURES])
    answer_by = Day(label="Répondre avant le", required=False)
