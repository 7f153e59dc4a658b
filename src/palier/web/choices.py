"""The choices of a field that depend on the request: who may be chosen, what is still open."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from django import forms

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# What a list says when nothing of it comes back.
CHOOSE = {"required": "Choisissez dans la liste.", "invalid_choice": "Ce choix n’est plus dans la liste."}

Choice: TypeAlias = tuple[str | int, str]
Group: TypeAlias = tuple[str, Sequence[Choice]]


class ChoiceIf(forms.ChoiceField):
    """A choice that another answer makes required: its label says so, where others say that they may be left empty."""

    def __init__(
        self,
        *,
        label: "StrOrPromise",
        asked_if: "StrOrPromise",
        choices: Sequence[Choice] | Callable[[], Sequence[Choice]],
        error_messages: "Mapping[str, StrOrPromise] | None" = None,
    ) -> None:
        super().__init__(label=label, required=False, choices=choices, error_messages=error_messages)
        self.asked_if = asked_if


def offer(form: forms.Form, name: str, choices: Iterable[Choice | Group]) -> None:
    """Give a field of choices its own, or groups of them under a heading."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} offers no choice")
    field.choices = list(choices)
