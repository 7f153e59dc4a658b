"""The code that a job sends to a telephone or a mailbox: drawn there, told nowhere else, kept as a digest.

A page of the sites reads nobody's number: the job alone does, of the one person it writes to.
"""

import secrets
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext

from palier.admission.models import KnownContact, SentCode
from palier.admission.operations.digests import digest_of, is_digest_of, new_number
from palier.admission.rules import SENT_DIGITS, SENT_SERVES, same_way
from palier.estate.models import Landlord
from palier.foundation.mailing import leave_mail, leave_text
from palier.people.models import Contact
from palier.privacy.actor import seeing_to_an_account

MAILS: Final = "courriels"
TEXTS: Final = "sms"
_OPERATOR: Final = "file d’attente"
_MOTIVE: Final = "CONNEXION"
_SCREEN: Final = "code d’accès"
_SUBJECT: Final = "Votre code"
_HELLO: Final = "Bonjour,"
_TOLD: Final = "Votre code\u00a0: %(code)s. Il sert une fois, pendant quinze minutes. Ne le dites à personne."
_IF_NOT_YOU: Final = "Si vous n’avez rien demandé, ne faites rien."
SENTENCES: Final = (_SUBJECT, _HELLO, _TOLD, _IF_NOT_YOU)


def send_code(*, letter_id: int, way_id: int, person_id: int, language: str = "", at: datetime) -> bool:
    """Draw a code and leave it for its carrier, in the language of the page that asked; the former serves no more.

    False when the contact is no longer his.
    """
    with seeing_to_an_account(person_id, operator=_OPERATOR, motive=_MOTIVE, command=_SCREEN) as reading:
        reading.saw([person_id], "COORDONNEES")
        way = KnownContact.objects.filter(pk=way_id, letter_id=letter_id, person_id=person_id).first()
        kept = Contact.objects.filter(pk=way.contact_id, person_id=person_id) if way is not None else None
        found = kept.values_list("channel", "value").first() if kept is not None else None
        # Another number since the letter was made: whoever had the file changed could be reading it.
        if way is None or found is None or not is_digest_of(way.value_sha256, "contact", same_way(*found)):
            return False
        code = new_number(SENT_DIGITS)
        SentCode.objects.filter(letter_id=letter_id).delete()
        SentCode.objects.create(
            letter_id=letter_id,
            person_id=person_id,
            code_sha256=digest_of(f"sent {letter_id}", code),
            sent_at=at,
            expires_at=at + SENT_SERVES,
        )
        name = Landlord.objects.values_list("name", flat=True).first() or ""
    with translation.override(language or settings.LANGUAGE_CODE):
        _leave(way.channel, to=found[1], code=code, landlord=name, stem=_stem(at))
    return True


def _stem(at: datetime) -> str:
    """Two messages of one instant have two names; neither says whose they are."""
    return f"{timezone.localtime(at):%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"


def _leave(channel: str, *, to: str, code: str, landlord: str, stem: str) -> None:
    told = gettext(_TOLD) % {"code": f"{code[:3]} {code[3:]}"}
    home = Path(settings.PALIER_HOME)
    if channel == "EMAIL":
        body = f"{gettext(_HELLO)}\n\n{told}\n\n{gettext(_IF_NOT_YOU)}\n\n{landlord}\n"
        leave_mail(home / MAILS, name=stem, to=to, subject=gettext(_SUBJECT), body=body)
    else:
        leave_text(home / TEXTS, name=stem, to=to, body=f"{landlord}. {told}")
