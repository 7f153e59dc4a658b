"""The forms of adoption: opening a campaign, typing the answers of a survey that came back."""

from django import forms
from django.http import QueryDict

from palier.adoption.models import MEANS
from palier.adoption.questionnaire import QUESTIONS


class CampaignForm(forms.Form):
    """How people are invited, and how many are kept aside to compare with."""

    moyen = forms.ChoiceField(
        label="Comment inviter",
        choices=MEANS,
        help_text="Avec l’avis, rien n’est affranchi de plus\u00a0: la feuille attend l’avis suivant, sur papier.",
    )
    temoins = forms.TypedChoiceField(
        label="Cohorte témoin",
        coerce=int,
        choices=[
            (20, "20\u00a0% des baux"),
            (10, "10\u00a0% des baux"),
            (30, "30\u00a0% des baux"),
            (50, "la moitié des baux"),
        ],
        help_text="Tirée au sort par résidence. Elle ne reçoit rien\u00a0: elle dit ce qui vient sans campagne.",
    )


class AnswerForm(forms.Form):
    """The code written on the survey, and what is ticked; a question may be left empty."""

    code = forms.CharField(
        label="Code du questionnaire",
        max_length=10,
        help_text="Huit signes, écrits en haut de la feuille.",
        error_messages={"required": "Tapez le code écrit sur la feuille."},
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        for question in QUESTIONS:
            if question.several:
                self.fields[question.code] = forms.MultipleChoiceField(
                    label=question.text,
                    choices=question.choices,
                    required=False,
                    widget=forms.CheckboxSelectMultiple,
                )
            else:
                self.fields[question.code] = forms.ChoiceField(
                    label=question.text, choices=question.choices, required=False, widget=forms.RadioSelect
                )

    @property
    def answers(self) -> dict[str, list[str]]:
        given = {question.code: self.cleaned_data[question.code] for question in QUESTIONS}
        return {code: [said] if isinstance(said, str) else list(said) for code, said in given.items() if said}
