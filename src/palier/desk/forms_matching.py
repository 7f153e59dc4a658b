"""What is sent about candidates: a number, a title and a motive of closed lists."""

from typing import Final

from django import forms

from palier.attribution.models import Candidate
from palier.desk.labels import labels_of
from palier.web import words

SOURCES: Final = {code: words.capital(label) for code, label in labels_of(Candidate, "source").items()}
WITHDRAWALS: Final = {
    code: words.capital(label) for code, label in labels_of(Candidate, "withdrawn_for").items() if code
}


class CandidateForm(forms.Form):
    """An application proposed, by its number, and under which title."""

    number = forms.CharField(label="Numéro unique", min_length=18, max_length=18)
    source = forms.ChoiceField(label="Proposée par", choices=list(SOURCES.items()))


class WithdrawForm(forms.Form):
    """Why a candidate is withdrawn."""

    motive = forms.ChoiceField(label="Motif", choices=[("", "Choisir un motif"), *WITHDRAWALS.items()])
