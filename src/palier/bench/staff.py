"""The agents who browse while something is measured: made in the copy of the landlord, and signed in.

Half of them are rent officers, one in ten manages an agency, one in five looks after residences; the others are
accountants and headquarters. Each sees what their post gives them.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from palier.privacy.declare import Role

# Ten posts, again and again.
_POSTS = (
    Role.RENT_OFFICER, Role.CARETAKER, Role.ACCOUNTANT, Role.RENT_OFFICER, Role.HEADQUARTERS,
    Role.RENT_OFFICER, Role.CARETAKER, Role.RENT_OFFICER, Role.AGENCY_MANAGER, Role.RENT_OFFICER,
)  # fmt: skip
_RESIDENCES_OF_A_CARETAKER = 3
_NAMES = 400
_SOME_NAMES = """
SELECT r.agency_id, o.sort_name FROM leases_occupant AS o
JOIN leases_lease AS l ON l.id = o.lease_id JOIN estate_residence AS r ON r.id = l.residence_id
ORDER BY md5(o.id::text) LIMIT %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Employee:
    """Someone who browses. `words` are what they type in the search box; `cookie` opens their site."""

    rank: int
    role: Role
    user_id: int
    words: tuple[str, ...]
    cookie: str = ""


def hired(count: int, *, on: date) -> list[Employee]:
    """That many agents with their accounts, in the database of this process. Called where commands work."""
    import django

    django.setup()
    from palier.estate.models import Agency, Residence
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    with batch(Batch.IMPORT, operator="bench", motive="MESURE", command="bench", categories=()):
        agencies = list(Agency.objects.order_by("id").values_list("id", flat=True))
        residences = list(Residence.objects.order_by("id").values_list("id", flat=True))
        words = _words(agencies)
        return [_hired(rank, agencies, residences, words, on=on) for rank in range(count)]


def _hired(
    rank: int, agencies: Sequence[int], residences: Sequence[int], words: Mapping[int, tuple[str, ...]], *, on: date
) -> Employee:
    from palier.agents.models import Agent, Mandate, User

    role = _POSTS[rank % len(_POSTS)]
    agency = agencies[rank // 2 % len(agencies)]
    agent = Agent.objects.create(
        first_name="Visiteur",
        last_name=f"Numéro {rank + 1}",
        service="Mesure",
        function="Visite les pages",
        role=role,
        agency_id=agency if role in (Role.RENT_OFFICER, Role.AGENCY_MANAGER) else None,
    )
    if role is Role.CARETAKER:
        first = rank * _RESIDENCES_OF_A_CARETAKER
        kept = {residences[(first + each) % len(residences)] for each in range(_RESIDENCES_OF_A_CARETAKER)}
        Mandate.objects.bulk_create(
            [Mandate(agent=agent, residence_id=residence, first_day=on) for residence in sorted(kept)]
        )
    # No password: nobody types one, the sessions are opened by the product's own function.
    user = User(identifier=f"visiteur_{rank + 1}@demo.example", agent=agent)
    user.set_unusable_password()
    user.save(force_insert=True)
    return Employee(rank=rank, role=role, user_id=user.pk, words=words[agency])


def _words(agencies: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Pieces of names of each agency's tenants, as they are typed before the name is complete."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_SOME_NAMES, [_NAMES])
        found = cursor.fetchall()
    return {
        agency: tuple(
            max(name.split(), key=len)[: 3 + rank % 4] for rank, (of, name) in enumerate(found) if of == agency
        )
        for agency in agencies
    }


def signed_in(employees: Sequence[Employee]) -> list[str]:
    """Their sessions, open, as the cookies that a browser would send. Called in a process of its own: it is the web's.

    The sign-in page itself is not measured: fifty passwords hashed on purpose slowly would be all that is seen.
    """
    os.environ["PALIER_PROCESS"] = "web"
    import django

    django.setup()
    return [_cookie(each) for each in employees]


def _cookie(employee: Employee) -> str:
    from importlib import import_module

    from django.conf import settings
    from django.http import HttpRequest

    from palier.agents.models import User
    from palier.foundation.clock import now
    from palier.web.factors import Proof
    from palier.web.sessions import open_session
    from palier.web.sites import DESK, FIELD

    site = FIELD if employee.role is Role.CARETAKER else DESK
    request = HttpRequest()
    request.path = request.path_info = site.prefix
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    user = User.objects.get(pk=employee.user_id)
    open_session(request, user, site=site, second_factor=Proof.SIMULATED, is_shared=False, at=now())
    request.session.save()
    return f"{site.cookie_name}={request.session.session_key}"
