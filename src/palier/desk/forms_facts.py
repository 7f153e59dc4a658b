"""What the agency sends about residences and coded facts: codes, dates, a number on a tag. No text about anyone."""

from collections.abc import Iterable

from django import forms
from django.http import QueryDict

from palier.foundation.periods import DAYS_FR
from palier.maintenance.queries.agency import ResidenceChoice
from palier.maintenance.words import HOLDERS, KEY_KINDS, ROUTINES, TRADES
from palier.people.facts.kinds import ANNOUNCEMENTS, CONTEST_ANSWERS, KINDS, LANGUAGES
from palier.people.facts.operations import NewFact, may_decide
from palier.privacy.declare import Role
from palier.screening.fields import ScreenedField, ScreenedForm


class KeyAddForm(ScreenedForm):
    """A new set: its tag is a number, checked by the operation."""

    residence = forms.TypedChoiceField(label="Résidence", coerce=int)
    kind = forms.ChoiceField(label="Ouvre", choices=list(KEY_KINDS.items()))
    tag = ScreenedField(
        label="Étiquette", max_length=12, help_text="Lettres, chiffres, tirets\u00a0: A-006. Jamais un nom."
    )

    def __init__(self, data: QueryDict | None, *, residences: Iterable[ResidenceChoice]) -> None:
        super().__init__(data)
        self.fields["residence"] = forms.TypedChoiceField(
            label="Résidence", coerce=int, choices=[(each.id, each.name) for each in residences]
        )
        self.order_fields(["residence", "kind", "tag", "justification"])


class KeyMovedForm(forms.Form):
    holder = forms.ChoiceField(choices=list(HOLDERS.items()))
    trade = forms.ChoiceField(choices=[("", ""), *TRADES.items()], required=False)
    envoi = forms.UUIDField(widget=forms.HiddenInput)


class RoutineDaysForm(forms.Form):
    """A routine and the days it is done; none takes it away."""

    code = forms.ChoiceField(label="Tâche", choices=list(ROUTINES.items()))
    days = forms.TypedMultipleChoiceField(
        label="Jours",
        required=False,
        coerce=int,
        choices=[(rank, day.capitalize()) for rank, day in enumerate(DAYS_FR)],
        widget=forms.CheckboxSelectMultiple,
        help_text="Aucun jour\u00a0: la tâche n’est plus demandée.",
    )

    @property
    def weekdays(self) -> int:
        return sum(1 << day for day in self.cleaned_data["days"])


class FactForm(forms.Form):
    """A coded fact about an occupant of a lease: a code, its detail from a list, an end."""

    person = forms.TypedChoiceField(label="Pour", coerce=int)
    code = forms.ChoiceField(label="Consigne")
    language = forms.ChoiceField(
        label="Langue",
        required=False,
        choices=[("", "Sans objet"), *LANGUAGES.items()],
        help_text="Pour « Interprète utile » seulement.",
    )
    reason = forms.ChoiceField(label="Motif", required=False)
    last_day = forms.DateField(
        label="Jusqu’au",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Vide\u00a0: la durée la plus longue permise.",
    )

    def __init__(self, data: QueryDict | None, *, persons: Iterable[tuple[int, str]], role: Role) -> None:
        super().__init__(data)
        kinds = [kind for kind in KINDS.values() if may_decide(kind, role)]
        reasons = [reason for kind in kinds for reason in kind.reasons]
        self.fields["person"] = forms.TypedChoiceField(label="Pour", coerce=int, choices=list(persons))
        self.fields["code"] = forms.ChoiceField(label="Consigne", choices=[(kind.code, kind.label) for kind in kinds])
        if reasons:
            self.fields["reason"] = forms.ChoiceField(
                label="Motif",
                required=False,
                choices=[("", "Sans objet"), *reasons],
                help_text="Pour « Intervenir à deux » seulement. La personne le lit.",
            )
        else:
            del self.fields["reason"]
        self.order_fields(["person", "code", "language", "reason", "last_day"])

    @property
    def fact(self) -> NewFact:
        sent = self.cleaned_data
        return NewFact(
            code=sent["code"],
            language=sent["language"],
            reason=sent.get("reason", ""),
            last_day=sent["last_day"],
        )


class AnnounceForm(forms.Form):
    way = forms.ChoiceField(choices=list(ANNOUNCEMENTS.items()))


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(choices=[(code, label) for code, (label, _) in CONTEST_ANSWERS.items()])
