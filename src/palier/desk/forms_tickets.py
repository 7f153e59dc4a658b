"""What the agency sends about repairs: codes of closed lists, days and halves of days. No text about anyone."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Final

from django import forms
from django.http import QueryDict
from django.utils.timezone import make_aware

from palier.maintenance.guide import problems_of
from palier.maintenance.operations.requests import Answers
from palier.maintenance.operations.visits import Slot
from palier.maintenance.words import ACCESS, CATEGORIES, CLOSINGS, DANGERS, MOVES, SINCE, TRADES

# The parts of a day in which somebody comes.
PARTS: Final = {
    "EARLY": ("de 8\u00a0h à 10\u00a0h", time(8), time(10)),
    "MORNING": ("de 10\u00a0h à 12\u00a0h", time(10), time(12)),
    "NOON": ("de 13\u00a0h à 15\u00a0h", time(13), time(15)),
    "AFTERNOON": ("de 15\u00a0h à 17\u00a0h", time(15), time(17)),
    "EVENING": ("de 17\u00a0h à 19\u00a0h", time(17), time(19)),
}
_SLOTS: Final = (1, 2, 3)


class AssignForm(forms.Form):
    trade = forms.ChoiceField(label="Confier à", choices=list(TRADES.items()))


class CloseForm(forms.Form):
    # What is a neighbour's same defect is grouped, not closed.
    closing = forms.ChoiceField(label="Clore", choices=[each for each in CLOSINGS.items() if each[0] != "DUPLICATE"])
    envoi = forms.UUIDField(widget=forms.HiddenInput)


class GroupForm(forms.Form):
    """The tickets ticked in the list."""

    ticket = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        sent = [number for number in data.getlist("ticket") if number.isdecimal() and len(number) < 19]
        self.fields["ticket"] = forms.TypedMultipleChoiceField(coerce=int, choices=[(each, each) for each in sent])


class SlotsForm(forms.Form):
    """One to three moments proposed to a household."""

    bail = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, initial: dict[str, object] | None = None) -> None:
        super().__init__(data, initial=initial)
        for rank in _SLOTS:
            self.fields[f"day{rank}"] = forms.DateField(
                label=f"Jour {rank}",
                required=rank == 1,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            )
            self.fields[f"part{rank}"] = forms.ChoiceField(
                label=f"Heures {rank}",
                required=rank == 1,
                choices=[(code, label) for code, (label, _, _) in PARTS.items()],
            )

    @property
    def slots(self) -> list[Slot]:
        """The moments. Only once the form is valid."""
        sent = self.cleaned_data
        return [
            _slot(sent[f"day{rank}"], sent[f"part{rank}"] or "MORNING") for rank in _SLOTS if sent.get(f"day{rank}")
        ]


class MoveForm(SlotsForm):
    """The same, and why the appointment accepted is moved."""

    reason = forms.ChoiceField(label="Pourquoi", choices=list(MOVES.items()))


def _slot(day: date, part: str) -> Slot:
    _, starts, ends = PARTS[part]
    return Slot(
        starts_at=make_aware(datetime.combine(day, starts)),
        ends_at=make_aware(datetime.combine(day, ends)),
    )


class WriteForm(forms.Form):
    """What somebody says at the desk or on the phone: who speaks, what is wrong, since when, how to come in."""

    envoi = forms.UUIDField(widget=forms.HiddenInput)
    source = forms.ChoiceField(label="Reçu", choices=[("PHONE", "Au téléphone"), ("DESK", "À l’agence")])
    problem = forms.ChoiceField(
        label="Ce qui ne va pas",
        choices=[
            ("", "Choisissez"),
            *((label, [(each.code, each.label) for each in problems_of(code)]) for code, label in CATEGORIES.items()),
        ],
    )
    danger = forms.ChoiceField(label="Danger", required=False, choices=[("", "Aucun"), *DANGERS.items()])
    since = forms.ChoiceField(label="Depuis quand", choices=list(SINCE.items()))
    access = forms.ChoiceField(label="Comment entrer", choices=list(ACCESS.items()))

    def __init__(
        self, data: QueryDict | None, *, persons: Iterable[tuple[int, str]], initial: dict[str, object]
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["person"] = forms.TypedChoiceField(label="Qui demande", coerce=int, choices=list(persons))
        self.order_fields(["person", "source", "problem", "danger", "since", "access"])

    @property
    def answers(self) -> Answers:
        """What was said. Only once the form is valid."""
        sent = self.cleaned_data
        return Answers(
            problem=sent["problem"], since=sent["since"], access=sent["access"], danger=sent["danger"], photos=()
        )
