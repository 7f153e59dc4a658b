"""Lists of the desk that lead to leases, each declared by the room that shows it (its `lease_lists.py`).

What travels is the name of a list and its filter, never leases: whoever writes to it finds them again, by the list's
own condition and under the rights of whoever asks.
"""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.util import find_spec
from typing import Final

from django.apps import apps

from palier.foundation.errors import Refusal
from palier.privacy.declare import Batch, Role


class ListUnknown(Refusal):
    """Cette liste n’existe pas, ou votre fonction ne la montre pas : repartez de la page qui la montre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A list of the desk and its filter: of what (a residence, a request), a word, a view, a month."""

    code: str
    of: int | None = None
    word: str = ""
    view: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseList:
    """One list: the condition on the lease `l` of each of its views, who sees it, what it cannot do without.

    The condition may name %(listed_of)s, %(listed_word)s, %(listed_on)s and %(today)s.
    """

    code: str
    roles: tuple[Role, ...]
    category: str
    views: Mapping[str, str]
    needs: frozenset[str] = field(default_factory=frozenset)


_MODULE: Final = "lease_lists"


@cache
def lease_lists() -> Mapping[str, LeaseList]:
    """Every list declared, by its code."""
    found = [
        each
        for app in apps.get_app_configs()
        if app.name.startswith("palier.") and find_spec(f"{app.name}.{_MODULE}") is not None
        for each in importlib.import_module(f"{app.name}.{_MODULE}").LEASE_LISTS
    ]
    return {each.code: each for each in found}


def list_for(listed: Listed, role: Role | Batch) -> LeaseList:
    """The list of that name, when the function sees it. Raises ListUnknown."""
    declared = _declared(listed)
    if role not in declared.roles:
        raise ListUnknown
    return declared


def condition_of(listed: Listed) -> tuple[str, dict[str, object]]:
    """What keeps the leases of a list, and its values. Raises ListUnknown."""
    condition = _declared(listed).views[listed.view]
    return condition, {"listed_of": listed.of, "listed_word": listed.word, "listed_on": listed.on}


def _declared(listed: Listed) -> LeaseList:
    declared = lease_lists().get(listed.code)
    missing = () if declared is None else tuple(name for name in declared.needs if not getattr(listed, name))
    if declared is None or listed.view not in declared.views or missing:
        raise ListUnknown
    return declared
