"""What is sent to try a grid: one in force, and a file or other points."""

from collections.abc import Sequence

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from palier.demandes.queries.grids import LARGEST_BYTES
from palier.demandes.rules.grids import Grid
from palier.demandes.rules.trials import PATHS_FR, REFUSED_OFFER, Weight

_MOST_POINTS = 10_000


def code_of(grid: Grid) -> str:
    """« DEMO.FIRST »: what the address and the form say of a grid in force."""
    return f"{grid.territory}.{grid.path.value}"


def label_of(grid: Grid) -> str:
    """« DEMO, premier accès (FICTIVE-2026-1) »."""
    return f"{grid.territory}, {PATHS_FR[grid.path]} ({grid.version})"


class TrialFileForm(forms.Form):
    """A grid in force, and the file to try against it."""

    grid = forms.ChoiceField(
        label="Grille en vigueur",
        error_messages={
            "required": "Choisissez dans la liste.",
            "invalid_choice": "Cette grille n’est plus en vigueur.",
        },
    )
    file = forms.FileField(
        label="Fichier de la grille à essayer",
        help_text="TOML, au format des grilles de Palier. Lu pour l’essai\u00a0: il ne remplace aucune grille.",
        widget=forms.FileInput(attrs={"accept": ".toml"}),
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
    )

    def offer(self, grids: Sequence[Grid]) -> "TrialFileForm":
        """Those in force."""
        field = self.fields["grid"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(code_of(grid), label_of(grid)) for grid in grids]
        return self

    def clean_file(self) -> UploadedFile:
        given: UploadedFile = self.cleaned_data["file"]
        if (given.size or 0) > LARGEST_BYTES:
            raise forms.ValidationError("Ce fichier est bien trop long pour une grille.")
        return given


class WeightsForm(forms.Form):
    """Every number of points of a grid, a field each. Refusing a dwelling never adds any."""

    def __init__(self, data: QueryDict | None, *, weights: Sequence[Weight]) -> None:
        super().__init__(data, label_suffix="")
        for weight in weights:
            is_refusal = weight.key == REFUSED_OFFER
            most = 0 if is_refusal else _MOST_POINTS
            self.fields[weight.key] = forms.IntegerField(
                label=weight.label,
                initial=weight.points,
                min_value=-_MOST_POINTS,
                max_value=most,
                help_text="Zéro, ou un nombre négatif." if is_refusal else "",
                error_messages={
                    "required": "Écrivez un nombre, 0 s’il ne compte plus.",
                    "invalid": "Écrivez un nombre entier.",
                    "min_value": "Au moins −10\u00a0000.",
                    "max_value": "Refuser un logement n’ajoute pas de points."
                    if is_refusal
                    else "Au plus 10\u00a0000.",
                },
            )
