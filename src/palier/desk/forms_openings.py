"""What is asked to open a file, to hand residences to a colleague, to protect an address, to change a quota."""

from collections.abc import Sequence

from django import forms
from django.http import QueryDict

from palier.agents.models import Agent, ProtectedPerson
from palier.agents.operations.open_file import LONGEST
from palier.desk.forms_leases import Day
from palier.desk.labels import labels_of
from palier.privacy.catalogue import OPENING_MOTIVES
from palier.web.choices import CHOOSE, offer

GROUNDS: dict[str, str] = labels_of(ProtectedPerson, "ground")


class OpenFileForm(forms.Form):
    """A whole reference or a whole name, and why."""

    asked = forms.CharField(
        label="Dossier",
        max_length=LONGEST,
        help_text="Une référence de bail ou de compte, entière ; ou le prénom et le nom, entiers.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Tapez une référence, ou un prénom et un nom."},
    )
    motive = forms.ChoiceField(
        label="Motif",
        help_text="La personne le lira dans « Qui a consulté mon dossier ? ». Une urgence est annoncée aussitôt au "
        "délégué à la protection des données.",
        error_messages=CHOOSE,
    )

    def __init__(self, data: QueryDict | None, *, motives: Sequence[str]) -> None:
        super().__init__(data, label_suffix="")
        offer(self, "motive", [("", "Choisir"), *((code, OPENING_MOTIVES[code]) for code in motives)])


class ReplacementForm(forms.Form):
    """A colleague, residences, two days."""

    agent = forms.TypedChoiceField(label="Remplaçant", coerce=int, error_messages=CHOOSE)
    residences = forms.TypedMultipleChoiceField(
        label="Résidences", coerce=int, widget=forms.CheckboxSelectMultiple, error_messages=CHOOSE
    )
    first_day = Day(label="Du")
    last_day = Day(label="Au", help_text="Compris. Trois mois au plus.")

    def __init__(
        self, data: QueryDict | None, *, colleagues: Sequence[Agent], residences: Sequence[tuple[int, str]]
    ) -> None:
        super().__init__(data, label_suffix="")
        offer(self, "agent", [("", "Choisir"), *((each.pk, f"{each.name}, {each.service}") for each in colleagues)])
        offer(self, "residences", residences)


class ProtectForm(forms.Form):
    """Who of a lease, on what ground, and which few agents may still open the file."""

    person = forms.TypedChoiceField(label="Personne à protéger", coerce=int, error_messages=CHOOSE)
    ground = forms.ChoiceField(label="Fondement", choices=[("", "Choisir"), *GROUNDS.items()], error_messages=CHOOSE)
    holders = forms.TypedMultipleChoiceField(
        label="Agents qui pourront encore ouvrir le dossier",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="De deux à cinq, vous compris.",
        error_messages=CHOOSE,
    )

    def __init__(
        self, data: QueryDict | None, *, persons: Sequence[tuple[int, str]], holders: Sequence[Agent], me: int | None
    ) -> None:
        super().__init__(data, label_suffix="")
        offer(self, "person", [("", "Choisir"), *persons])
        offer(self, "holders", [(each.pk, f"{each.name}, {each.function}") for each in holders if each.pk != me])
