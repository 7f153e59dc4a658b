"""What the copy of a file holds of one's way in: its steps and their dates; the rest is digests."""

from collections.abc import Mapping
from typing import Final

from palier.rights.shape import Part

ADMISSION_PARTS: Final[tuple[Part, ...]] = (
    Part(
        table="admission_accessevent",
        title="Les étapes de votre accès en ligne",
        shown={"kind": "Étape", "at": "Le"},
    ),
    Part(
        table="admission_helper",
        title="Vos aidants",
        shown={"name": "Nom", "link": "Qui", "made_at": "Ouvert le", "until_on": "Jusqu’au", "ended_at": "Retiré le"},
    ),
)

ADMISSION_EXEMPT: Final[Mapping[str, str]] = {
    "admission_accessletter": "ses dates sont parmi les étapes de votre accès ; le reste est une empreinte",
    "admission_accessslip": "sa date est parmi les étapes de votre accès ; le reste est une empreinte",
    "admission_knowncontact": "l’abrégé de vos coordonnées, qui sont dans leur chapitre",
    "admission_sentcode": "l’empreinte d’un code à usage unique, sans autre donnée",
    "web_maillink": "l’empreinte d’un lien à usage unique, sans autre donnée",
}
