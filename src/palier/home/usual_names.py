"""The names that landlords usually give to their services and to what their agents do, for who reads another language.

A landlord writes them as it likes: one that is not here is shown in French, and marked so.
"""

from typing import Final

from django.utils.translation import gettext_noop

SERVICES: Final = (
    gettext_noop("Siège, quittancement"),
    gettext_noop("Siège, comptabilité"),
    gettext_noop("Siège, données et droits"),
    gettext_noop("Siège, informatique"),
    gettext_noop("Siège, attribution"),
    gettext_noop("Siège, accompagnement social"),
    gettext_noop("Siège, patrimoine"),
    gettext_noop("Siège, achats"),
    gettext_noop("Siège, paie"),
    gettext_noop("Commission d’attribution"),
    gettext_noop("Audit externe"),
)
FUNCTIONS: Final = (
    gettext_noop("Gestionnaire locative"),
    gettext_noop("Gestionnaire locatif"),
    gettext_noop("Responsable d’agence"),
    gettext_noop("Responsable du quittancement"),
    gettext_noop("Comptable"),
    gettext_noop("Délégué à la protection des données"),
    gettext_noop("Déléguée à la protection des données"),
    gettext_noop("Administrateur technique"),
    gettext_noop("Administratrice technique"),
    gettext_noop("Gardien"),
    gettext_noop("Gardienne"),
    gettext_noop("Chargé d’attribution"),
    gettext_noop("Chargée d’attribution"),
    gettext_noop("Secrétaire de la commission"),
    gettext_noop("Membre de la commission"),
    gettext_noop("Travailleur social"),
    gettext_noop("Travailleuse sociale"),
    gettext_noop("Inspecteur technique"),
    gettext_noop("Inspectrice technique"),
    gettext_noop("Acheteur"),
    gettext_noop("Acheteuse"),
    gettext_noop("Gestionnaire de paie"),
    gettext_noop("Responsable de la paie"),
    gettext_noop("Auditeur"),
    gettext_noop("Auditrice"),
)
