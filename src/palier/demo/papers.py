"""What a tenant of the demonstration keeps in « Mes documents », a paper destroyed since, the proof of the night."""

import io
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection
from PIL import Image, ImageDraw

from palier.demo.accounts import email
from palier.demo.loading import OPERATOR
from palier.demo.protection import at_the_desk
from palier.foundation.home import Home
from palier.mail.deposits import deposit_paper, destroy_deposit, own_deposits
from palier.mail.store import DocumentStore
from palier.mail.vault.control import control
from palier.mail.vault.rooting import make_root
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role

_KEEPS: Final = "locataire_1"
_PAPERS: Final = (
    ("ASSURANCE", "Attestation d'assurance (exemple)"),
    ("FACTURE", "Facture (exemple)"),
    ("AUTRE", "Un papier de trop (exemple)"),
)


def keep_papers(home: Home, *, at: datetime) -> None:
    """Papers kept and one destroyed by the tenant, then a root, and the control of every pack."""
    with (
        batch(Batch.IMPORT, operator=OPERATOR, motive="DEMONSTRATION", command="demo", categories=()),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT person_id FROM agents_user WHERE identifier = %s", [email(_KEEPS)])
        (person_id,) = cursor.fetchone() or (None,)
    if person_id is None:
        return
    store = DocumentStore(Path(settings.DOCUMENT_ROOT))
    actor = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=person_id)
    with at_the_desk(home), acting(actor, screen="mes documents", categories=("DOCUMENTS",)):
        if own_deposits(person_id):
            return
        for family, title in _PAPERS:
            number = deposit_paper(person_id=person_id, family=family, given=photographed(title), store=store, at=at)
        destroy_deposit(deposit_id=number, person_id=person_id, at=at)
    make_root(operator=OPERATOR, at=at)
    control(store, everything=True, operator=OPERATOR, at=at)


def photographed(title: str) -> bytes:
    """A sheet, photographed: a title, and nothing of anyone."""
    sheet = Image.new("L", (620, 877), 250)
    ImageDraw.Draw(sheet).text((60, 80), title, fill=30)
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=70)
    return out.getvalue()
