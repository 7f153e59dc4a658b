"""The parts of a copy about what the person paid, and how."""

from typing import Final

from palier.rights.shape import Part

MONEY_PARTS: Final[tuple[Part, ...]] = (
    Part(
        table="banking_sepamandate",
        title="Vos mandats de prélèvement",
        shown={"reference": "Mandat (RUM)", "iban_last4": "Compte finissant par", "signed_on": "Signé le"},
    ),
    Part(
        table="banking_mandatechange",
        title="Leurs modifications",
        shown={"mandate_id": "Mandat n°", "changed_on": "Le"},
    ),
    Part(
        table="banking_debit",
        title="Vos prélèvements",
        shown={"collected_on": "Le", "amount_cents": "Montant", "state": "État", "reason": "Motif du rejet"},
    ),
    Part(
        table="banking_debitaside",
        title="Les prélèvements que nous n’avons pas faits",
        shown={"run_id": "Lot n°", "reason": "Pourquoi"},
    ),
    Part(
        table="banking_refund",
        title="Vos remboursements",
        shown={"prepared_at": "Préparé le", "amount_cents": "Montant", "reason": "Motif", "signed_at": "Signé le"},
    ),
    Part(
        table="banking_payment",
        title="Vos paiements",
        shown={"received_on": "Reçu le", "amount_cents": "Montant", "means": "Moyen", "taken_back_on": "Repris le"},
    ),
    Part(
        table="banking_cardpayment",
        title="Vos paiements par carte",
        shown={
            "asked_at": "Demandé le",
            "amount_cents": "Montant",
            "reference": "Référence",
            "state": "État",
            "back_cents": "Rendu",
        },
    ),
    Part(
        table="banking_settlement",
        title="Ce que vos paiements ont réglé",
        shown={
            "payment_id": "Paiement n°",
            "credit_id": "Avoir n°",
            "debt_id": "Écriture n°",
            "amount_cents": "Montant",
            "ground": "Pourquoi",
        },
    ),
    Part(
        table="banking_bankentry",
        title="Les mouvements de banque de vos paiements",
        shown={
            "booked_on": "Date",
            "amount_cents": "Montant",
            "wording": "Libellé",
            "payer_name": "Payeur",
            "iban_last4": "Fin du compte",
        },
    ),
    Part(
        table="banking_match",
        title="Comment ils ont été rapprochés de votre compte",
        shown={"bank_entry_id": "Mouvement n°", "key": "Par", "matched_at": "Le", "undone_at": "Défait le"},
    ),
)
