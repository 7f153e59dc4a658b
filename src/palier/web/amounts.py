"""Numbers and amounts as people type them."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django import forms
from django.http import HttpRequest

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# PostgreSQL's bigint holds every number of eighteen figures.
_LONGEST_NUMBER = 19


def row_number(sent: str) -> int | None:
    """The number of a row, as one of our own buttons or addresses sends it; None for anything else."""
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < _LONGEST_NUMBER else None


def sent_number(request: HttpRequest, name: str) -> int:
    """A number that one of our own forms sends back, the version of what was read or the number of a row; otherwise 0,
    which is nobody's."""
    return row_number(request.POST.get(name, "")) or 0


class FrenchDecimal(forms.DecimalField):
    """A number typed with a comma or with a point."""

    def __init__(self, *, label: "StrOrPromise", help_text: str = "", required: bool = True, decimals: int = 2) -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            required=required,
            min_value=Decimal(0),
            max_digits=10,
            decimal_places=decimals,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            error_messages={
                "required": "Tapez un nombre, par exemple 62,40.",
                "invalid": "Ce n’est pas un nombre. Tapez des chiffres et une virgule, par exemple 62,40.",
                "max_decimal_places": "Deux décimales au plus.",
                "max_digits": "Ce nombre est trop grand.",
                "max_whole_digits": "Ce nombre est trop grand.",
                "min_value": "Un nombre positif est attendu.",
            },
        )

    def to_python(self, value: object) -> Decimal | None:  # type: ignore[override]
        text = str(value).replace("\u00a0", "").replace("\u202f", "").replace(" ", "") if value is not None else value
        return super().to_python(text.replace(",", ".") if isinstance(text, str) else text)


class Amount(FrenchDecimal):
    """An amount in euros, cleaned to cents."""

    def clean(self, value: object) -> int | None:
        # The sign is no fault: it is how an amount is written.
        euros: Decimal | None = super().clean(value.replace("€", "") if isinstance(value, str) else value)
        return None if euros is None else int(euros * 100)
