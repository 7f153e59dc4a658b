"""What a caretaker sends: codes from closed lists, a photo of an equipment, and the key of the sending."""

from collections.abc import Iterable
from typing import Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from palier.maintenance.operations.tickets import Report
from palier.maintenance.photos import LARGEST_BYTES
from palier.maintenance.queries.site import DoorRow, StaircaseRow
from palier.maintenance.words import (
    CLOSINGS,
    EQUIPMENT,
    HOLDERS,
    PLACES,
    ROUTINES,
    SYMPTOMS,
    TRADES,
    UNDELIVERABLE,
    URGENCIES,
)

_CHOOSE: Final = ("", "Choisissez")


def _choices(labels: dict[str, str]) -> list[tuple[str, str]]:
    return [_CHOOSE, *labels.items()]


def _place(
    label: str, none: tuple[str, str], rows: Iterable[tuple[int, str]], *, help_text: str = ""
) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, required=False, coerce=int, empty_value=None, choices=[none, *rows], help_text=help_text
    )


class SentForm(forms.Form):
    """Whatever a phone sends carries the key that makes it count once."""

    envoi = forms.UUIDField(widget=forms.HiddenInput)


class RoutineForm(SentForm):
    tache = forms.ChoiceField(choices=list(ROUTINES.items()))
    jour = forms.DateField(input_formats=["%Y-%m-%d"])
    fait = forms.ChoiceField(choices=[("oui", "fait"), ("non", "à faire")])


class ReportForm(SentForm):
    """Something to repair. The dwelling is a door, without a name."""

    equipment = forms.ChoiceField(label="Quoi", choices=_choices(EQUIPMENT))
    symptom = forms.ChoiceField(label="Ce qui ne va pas", choices=_choices(SYMPTOMS))
    place = forms.ChoiceField(label="Où", choices=_choices(PLACES))
    urgency = forms.ChoiceField(label="Quand", choices=_choices(URGENCIES))
    photo = forms.FileField(
        label="Photo de l’équipement",
        required=False,
        help_text="Sans personne dessus. Le lieu et l’appareil écrits dans le fichier sont effacés.",
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}),
    )

    def __init__(
        self,
        data: QueryDict | None,
        files: "MultiValueDict[str, UploadedFile] | None",
        *,
        staircases: Iterable[StaircaseRow],
        doors: Iterable[DoorRow],
    ) -> None:
        super().__init__(data, files)
        self.fields["staircase"] = _place(
            "Escalier",
            ("", "Toute la résidence"),
            ((row.id, f"Bâtiment {row.building}, escalier {row.staircase}") for row in staircases),
        )
        self.fields["dwelling"] = _place(
            "Porte",
            ("", "Aucune"),
            ((row.id, f"{row.building}, escalier {row.staircase}, porte {row.door}") for row in doors),
            help_text="Seulement pour un défaut dans un logement.",
        )
        self.order_fields(["equipment", "symptom", "place", "staircase", "dwelling", "urgency", "photo"])

    @property
    def report(self) -> Report:
        """What was seen. Only once the form is valid."""
        sent = self.cleaned_data
        photo = sent["photo"]
        return Report(
            place=sent["place"],
            equipment=sent["equipment"],
            symptom=sent["symptom"],
            urgency=sent["urgency"],
            staircase_id=sent["staircase"],
            dwelling_id=sent["dwelling"],
            # One byte past the limit is enough to refuse it.
            photo=photo.read(LARGEST_BYTES + 1) if photo else b"",
        )


class CloseForm(SentForm):
    closing = forms.ChoiceField(choices=list(CLOSINGS.items()))


class KeyForm(SentForm):
    """Who holds a set of keys from now on: « chez une entreprise » names its trade."""

    holder = forms.ChoiceField(
        choices=[
            *((code, label) for code, label in HOLDERS.items() if code != "CONTRACTOR"),
            *(
                (f"CONTRACTOR:{code}", f"Entreprise\u00a0: {label.lower()}")
                for code, label in TRADES.items()
                if code != "LODGE"
            ),
        ]
    )

    @property
    def holder_and_trade(self) -> tuple[str, str]:
        holder, _, trade = self.cleaned_data["holder"].partition(":")
        return holder, trade


class DeliveryForm(SentForm):
    """Delivered when no reason is chosen."""

    reason = forms.ChoiceField(choices=[("", "Distribué"), *UNDELIVERABLE.items()], required=False)
