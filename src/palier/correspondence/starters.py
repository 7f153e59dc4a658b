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
    "rappel-loyer": Starter(
        name="Rappel amiable d’un loyer",
        title="Une somme reste à payer sur votre compte",
        source="""Madame, Monsieur,

{{ si compte.doit }}
Le {{ lettre.date }}, il reste **{{ compte.du }}** à payer pour votre logement, bail {{ bail.reference }}.
{{ sinon }}
Le {{ lettre.date }}, votre compte est à jour. Vous n’avez rien à payer.
{{ fin }}

Vous avez payé ces derniers jours ? Ne tenez pas compte de cette lettre. Elle n’ajoute aucun frais.

# Pour payer

{{ si bail.preleve }}
- Le prochain prélèvement prend le mois à venir seulement. Cette somme se paie à part, par carte ou par virement.
{{ sinon }}
- Par carte, par virement, ou à votre agence.
{{ fin }}
- Pour un virement, rappelez la référence **{{ compte.reference }}**.

# Si vous ne pouvez pas tout payer

1. Appelez-nous au **{{ bailleur.telephone }}**, {{ bailleur.horaires }}. Nous cherchons une solution avec vous.
2. Demandez un délai : par téléphone, à votre agence, ou dans votre espace, à « Payer ».
3. Le fonds de solidarité pour le logement (FSL) aide parfois à payer. Demandez-le à la mairie ou au département.
4. Vos revenus ont baissé ? Dites-le à la CAF ou à la MSA : votre aide au logement peut changer.

L’ADIL (agence d’information sur le logement) vous conseille gratuitement au 0 805 16 00 75.

Vous n’êtes pas d’accord avec cette somme ? Dites-le-nous : nous vérifions votre compte avec vous.
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
