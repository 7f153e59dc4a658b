"""The parts of a copy about payslips: an employee has the same rights over their file as a tenant."""

from collections.abc import Mapping
from typing import Final

from palier.rights.shape import Part

PAYROLL_PARTS: Final[tuple[Part, ...]] = (
    Part(
        table="payroll_employee",
        title="Votre place au registre de la paie",
        shown={
            "number": "Matricule",
            "work_address": "Adresse de travail",
            "private_email": "Courriel privé",
            "birth_date": "Naissance",
            "entered_on": "Entrée",
            "left_on": "Sortie",
            "notice_given_on": "Informé le",
            "notice_means": "Par",
        },
    ),
    Part(
        table="payroll_opposition",
        title="Vos oppositions au bulletin électronique",
        shown={"said_on": "Dite le", "taken_back_on": "Retirée le", "said_by": "Par"},
    ),
    Part(
        table="payroll_payslip",
        title="Vos bulletins de paie (les PDF se téléchargent dans votre espace)",
        shown={
            "month": "Mois",
            "issued_on": "Émis le",
            "net_cents": "Net à payer",
            "route": "Remis par",
            "sha256": "Empreinte",
        },
    ),
)
INVOICE_PARTS: Final[tuple[Part, ...]] = (
    Part(table="purchasing_supplier", title="Votre entreprise", shown={"name": "Nom", "siret": "SIRET"}),
    Part(
        table="purchasing_selfbilledinvoice",
        title="Les factures établies en votre nom (les PDF se téléchargent dans votre espace)",
        shown={
            "number": "Numéro",
            "issued_on": "Du",
            "due_on": "À payer le",
            "net_cents": "Hors taxes",
            "vat_cents": "TVA",
            "total_cents": "Total",
        },
    ),
)
PAYROLL_EXEMPT: Final[Mapping[str, str]] = {
    "payroll_givenpayfile": "un fichier de la paie concerne tout le monde ; vos bulletins sont dans leur chapitre",
    "payroll_paybatch": "un lot de la paie concerne tout le monde ; vos bulletins sont dans leur chapitre",
    "payroll_quarantined": "des pages qu’aucun salarié n’a pu être reconnu recevoir",
}
