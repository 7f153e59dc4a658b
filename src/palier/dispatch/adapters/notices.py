"""E-mail without content: that something waits, and where. Neither what it is, nor for which lease, nor how much."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from palier.dispatch.channels import EMAIL, Answer, Nature, Parcel, Said
from palier.foundation.mailing import leave_mail

_SUBJECT: Final = "Un document vous attend"
_BODY: Final = """Bonjour,

Un document vous attend dans votre espace locataire.
Ouvrez votre espace comme d’habitude pour le lire.

Ce message ne contient aucun lien. Nous ne demandons jamais votre mot de passe par courriel.
Pour ne plus recevoir ce message : votre espace, « Mon dossier », « Mes consentements ».
"""


@dataclass(frozen=True, slots=True)
class EmailNotice:
    """Messages left in a folder, where a mail server would take them."""

    folder: Path
    code: str = EMAIL
    label: str = "Courriel sans contenu"
    nature: Nature = Nature.SIMULATED

    def send(self, parcel: Parcel) -> Answer:
        if not parcel.reaches:
            return Answer(said=Said.REFUSED, code="NO_ADDRESS")
        for rank, to in enumerate(parcel.reaches):
            leave_mail(self.folder, name=f"{parcel.key}-{rank}", to=to, subject=_SUBJECT, body=_BODY)
        return Answer(said=Said.ACCEPTED, code="LEFT")

    def ask(self, _parcel: Parcel) -> Answer:
        """The file of a message bears our key: written again, it is the same message."""
        return Answer(said=Said.NOTHING)
