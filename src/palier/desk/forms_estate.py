"""What is typed about a dwelling."""

from decimal import Decimal

from django import forms
from django.http import QueryDict

from palier.estate.operations.complete_dwelling import Measures
from palier.web.amounts import FrenchDecimal


class MeasuresForm(forms.Form):
    """Areas and rooms; the hidden fields carry what the form had shown."""

    floor_area_m2 = FrenchDecimal(label="Surface habitable (m²)", help_text="Sans les annexes, de 7 à 500 m².")
    annex_area_m2 = FrenchDecimal(
        label="Annexes retenues par la convention (m²)",
        help_text="Balcon, cave, cellier : la moitié entre dans la surface utile.",
    )
    rooms = forms.IntegerField(
        label="Pièces principales",
        min_value=1,
        max_value=12,
        help_text="Séjour et chambres : un T3 en a trois.",
        error_messages={
            "required": "Tapez le nombre de pièces, par exemple 3.",
            "invalid": "Tapez un nombre entier, par exemple 3.",
            "min_value": "Un logement a au moins une pièce.",
            "max_value": "Douze pièces au plus.",
        },
    )
    seen_area = forms.CharField(required=False, widget=forms.HiddenInput, max_length=12)
    seen_annex = forms.CharField(required=False, widget=forms.HiddenInput, max_length=12)
    seen_rooms = forms.CharField(required=False, widget=forms.HiddenInput, max_length=4)

    def __init__(self, data: QueryDict | None, *, measures: Measures) -> None:
        shown = _written(measures)
        super().__init__(
            data,
            initial={
                "floor_area_m2": measures.floor_area_m2,
                "annex_area_m2": measures.annex_area_m2,
                "rooms": measures.rooms,
                **shown,
            },
            label_suffix="",
        )

    @property
    def measured(self) -> Measures:
        return Measures(
            floor_area_m2=self.cleaned_data["floor_area_m2"],
            annex_area_m2=self.cleaned_data["annex_area_m2"],
            rooms=self.cleaned_data["rooms"],
        )

    @property
    def seen(self) -> Measures:
        area, annex, rooms = (self.cleaned_data[name] for name in ("seen_area", "seen_annex", "seen_rooms"))
        return Measures(
            floor_area_m2=_decimal(area),
            annex_area_m2=_decimal(annex) or Decimal(0),
            rooms=int(rooms) if rooms.isdecimal() else None,
        )

    def start_again(self, measures: Measures) -> None:
        """Keep what was typed over the measures of now: the next saving is knowing."""
        if isinstance(self.data, QueryDict):
            data = self.data.copy()
            for name, value in _written(measures).items():
                data[name] = value
            self.data = data


def _written(measures: Measures) -> dict[str, str]:
    return {
        "seen_area": "" if measures.floor_area_m2 is None else str(measures.floor_area_m2),
        "seen_annex": str(measures.annex_area_m2),
        "seen_rooms": "" if measures.rooms is None else str(measures.rooms),
    }


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except ArithmeticError:
        return None
