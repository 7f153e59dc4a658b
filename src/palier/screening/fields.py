"""The form field of a text that is screened on the server before it is kept."""

from django import forms
from django.core.exceptions import ValidationError

from palier.screening.queries import judged
from palier.screening.rules.verdict import Verdict
from palier.screening.shown import LABELS, LAWS, READ_BY_THE_PERSON


class ScreenedField(forms.CharField):
    """A short text about a thing. What the screen finds refuses it; `verdict` then says what, for whoever notes it."""

    verdict: Verdict | None = None

    def clean(self, value: object) -> str:
        text: str = super().clean(value)
        verdict = judged(text)
        if verdict.decision == "accept":
            return text
        self.verdict = verdict
        first = verdict.findings[0]
        raise ValidationError(
            f"« {text[first.start : first.end]} » ne peut pas être gardé : {LABELS[first.category].lower()} "
            f"({LAWS[first.category]}). {READ_BY_THE_PERSON} {first.suggestion}"
        )


def verdicts_of(form: forms.Form) -> dict[str, Verdict]:
    """What the screen refused in a form, by the name of the field."""
    return {
        name: field.verdict
        for name, field in form.fields.items()
        if isinstance(field, ScreenedField) and field.verdict is not None
    }
