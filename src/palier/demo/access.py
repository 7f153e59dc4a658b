"""A tenant who has not come in yet, whose letter lies in a folder; and somebody who helps another tenant."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from palier.admission.operations.helping import Wanted, let_help, try_helper_code
from palier.admission.operations.letters import Asked, carries_a_code, make_one_letter
from palier.admission.operations.printing import print_letters
from palier.agents.models import User
from palier.demo.accounts import DoorAccount, email, password_of, read_file, write_file
from palier.demo.loading import OPERATOR
from palier.demo.protection import at_the_desk
from palier.foundation.home import Home, write_private
from palier.people.models import Contact
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role
from palier.web.factors import Proof
from palier.web.first_access import HELPER, Entrance, open_with_password

FOLDER: Final = "lettres-acces"
HELPED: Final = "locataire_1"
HELPER_NAME: Final = "aidant_1"
_NAME: Final = "Rose Genêt"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    newcomer_id: int | None
    helped_id: int | None


def open_ways_in(home: Home, *, at: datetime) -> None:
    """Print the letter of somebody who has no account; let somebody help a tenant, and show their account."""
    drawn, kept = _drawn(), read_file(home.root)
    if drawn.newcomer_id is not None:
        make_one_letter(person_id=drawn.newcomer_id, by_hand=False, by=Asked(operator=OPERATOR), at=at)
        folder = home.root / FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        print_letters(keep=lambda name, pdf: write_private(folder / name, pdf), operator=OPERATOR, at=at)
    if drawn.helped_id is not None and kept is not None:
        door = _helper(drawn.helped_id, home, at=at)
        write_file(home, replace(kept, accounts=(*kept.accounts, door)))


def _drawn() -> _Drawn:
    """Somebody who holds a lease, has a telephone and no account; and the tenant who is helped."""
    with batch(Batch.IMPORT, operator=OPERATOR, motive="DEMONSTRATION", command="demo", categories=()):
        known = set(User.objects.filter(person_id__isnull=False).values_list("person_id", flat=True))
        contacts = Contact.objects.filter(
            person__occupant__role="HOLDER", person__occupant__moved_out_on=None, person__occupant__lease__ends_on=None
        )
        reached = contacts.order_by("person_id").values_list("person_id", "channel", "value")[:200]
        newcomers = [person for person, channel, value in reached if carries_a_code(channel, value)]
        helped = User.objects.filter(identifier=email(HELPED)).values_list("person_id", flat=True).first()
    return _Drawn(newcomer_id=next((each for each in newcomers if each not in known), None), helped_id=helped)


def _helper(person_id: int, home: Home, *, at: datetime) -> DoorAccount:
    """Let in by the tenant, with their own account: its password is the demonstration's."""
    wanted = Wanted(name=_NAME, link="PROCHE", may_see=True, may_report=True, until_on=at.date() + timedelta(days=180))
    tenant = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=person_id)
    with at_the_desk(home):
        with acting(tenant, screen="mes aidants", categories=("CONNEXION",)) as reading:
            reading.saw([person_id])
            code = let_help(person_id=person_id, wanted=wanted, at=at)
        entrance = Entrance(kind=HELPER, number=try_helper_code(code, origin="", at=at))
        opened = open_with_password(entrance, Proof.SHEET, password_of(home), at=at)
    # Named like the others, to be typed by who tries the pages of signing in.
    with batch(Batch.IMPORT, operator=OPERATOR, motive="DEMONSTRATION", command="demo", categories=()):
        User.objects.filter(pk=opened.user.pk).update(identifier=email(HELPER_NAME))
    return DoorAccount(
        identifier=email(HELPER_NAME),
        site="home",
        title="Aidant d’un locataire",
        name=_NAME,
        sees="le compte et les documents de la personne aidée, rien d’autre",
    )
