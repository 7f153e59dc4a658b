"""Texts to begin a template from: they are copied, then rewritten. Nothing is sent from here."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Starter:
    """A text ready to be made one's own."""

    name: str
    title: str
    source: str
    needs_two: bool = False


STARTERS: Final[dict[str, Starter]] = {
    "coupure-eau": Starter(
        name="Coupure d’eau",
        title="L’eau de votre immeuble sera coupée",
        needs_two=True,
        source="""Madame, Monsieur,

L’eau sera coupée **{{ envoi.jour }}**, {{ envoi.creneau }}, dans votre résidence {{ logement.residence }}.

# Ce que vous pouvez faire

- Gardez de l’eau pour la journée.
- Fermez vos robinets avant de partir.

{{ si logement.ascenseur }}
L’ascenseur reste en service.
{{ fin }}

Une question : appelez le {{ bailleur.telephone }}, {{ bailleur.horaires }}.
""",
    ),
    "conge-recu": Starter(
        name="Congé reçu",
        title="Nous avons bien reçu votre congé",
        source="""Madame, Monsieur,

Nous avons reçu votre congé le **{{ bail.conge }}**. Votre bail {{ bail.reference }} finit le **{{ bail.fin }}**.

# Avant votre départ

1. Convenez d’un jour pour l’état des lieux.
2. Donnez-nous votre nouvelle adresse.
3. Rendez toutes les clés le jour de l’état des lieux.

| Votre logement | |
|---|---|
| Résidence | {{ logement.residence }} |
| Porte | {{ logement.porte }} |

{{ si bail.preleve }}
Le prélèvement s’arrête après votre dernier loyer.
{{ sinon }}
Votre dernier loyer reste à payer comme d’habitude.
{{ fin }}

Notre adresse :

{{ adresse.bailleur }}
""",
    ),
    "retrait": Starter(
        name="Retrait d’un courrier",
        title="Notre précédent courrier est retiré",
        source="""Madame, Monsieur,

Nous retirons notre lettre **{{ retrait.numero }}** du {{ retrait.date }}. Ne tenez pas compte de ce qu’elle dit.

Nous vous prions de nous excuser.
""",
    ),
}
