"""How the files of an old suite are read: its header and its codes, typed beside ours."""

from collections.abc import Iterable
from unicodedata import normalize

from django import forms
from django.http import QueryDict

from palier.takeover.imports.account_file import COLUMNS
from palier.takeover.imports.mapping import Word
from palier.takeover.operations.mapping import CODED

_COLUMN, _CODE = "colonne_", "code_"


def _once(codes: Iterable[str]) -> list[str]:
    """Each code of ours once: one read with and without its accents has one field."""
    return list({normalize("NFD", code).encode("ascii", "ignore"): code for code in codes}.values())


class MappingForm(forms.Form):
    """One field a column of ours, one a code of ours; empty: theirs is the same word."""

    source = forms.CharField(
        label="Ancien logiciel",
        max_length=30,
        help_text="Une version nouvelle s’ajoute aux précédentes, qui ne changent pas.",
        error_messages={"required": "Donnez un nom à l’ancien logiciel."},
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        for name in COLUMNS:
            self.fields[f"{_COLUMN}{name}"] = forms.CharField(
                label=f"Leur colonne pour «\u00a0{name}\u00a0»", max_length=60, required=False
            )
        for column, codes in CODED.items():
            for code in _once(codes):
                self.fields[f"{_CODE}{column}_{code}"] = forms.CharField(
                    label=f"Leur code pour «\u00a0{column}\u00a0: {code}\u00a0»",
                    max_length=60,
                    required=False,
                    help_text="Une étoile\u00a0: toutes les lignes du fichier." if column == "nature" else "",
                )

    def words(self) -> list[Word]:
        """What was typed, as words. The form is valid."""
        typed = {name: str(value).strip() for name, value in self.cleaned_data.items() if str(value).strip()}
        found = [
            Word(column="", theirs=typed[f"{_COLUMN}{name}"], ours=name)
            for name in COLUMNS
            if f"{_COLUMN}{name}" in typed
        ]
        for column, codes in CODED.items():
            for code in _once(codes):
                theirs = typed.get(f"{_CODE}{column}_{code}")
                if theirs:
                    found.append(Word(column=column, theirs=theirs, ours=code))
        return found
