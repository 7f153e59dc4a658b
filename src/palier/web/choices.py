"""The choices of a field that depend on the request: who may be chosen, what is still open."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from django import forms

# What a list says when nothing of it comes back.
CHOOSE = {"required": "Choisissez dans la liste.", "invalid_choice": "Ce choix n’est plus dans la liste."}

Choice: TypeAlias = tuple[str | int, str]
Group: TypeAlias = tuple[str, Sequence[Choice]]


def offer(form: forms.Form, name: str, choices: Iterable[Choice | Group]) -> None:
    """Give a field of choices its own, or groups of them under a heading."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} offers no choice")
    field.choices = list(choices)
