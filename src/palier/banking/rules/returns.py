"""What a bank means when it sends a direct debit back: ISO 20022 external status and return reason codes. Pure.

Source: ISO 20022 External Code Sets (ExternalStatusReason1Code, ExternalReturnReason1Code), as EPC016-06 uses them for
rejects, returns and refunds of the CORE scheme.
"""

from dataclasses import dataclass
from enum import StrEnum

# A bank may send no reason, or one of its own.
UNKNOWN = "NARR"


class NextStep(StrEnum):
    """What someone has to do about it."""

    REPRESENT = "REPRESENT"
    NEW_MANDATE = "NEW_MANDATE"
    STOP_MANDATE = "STOP_MANDATE"
    CALL_TENANT = "CALL_TENANT"
    ASK_BANK = "ASK_BANK"


NEXT_STEPS: dict[NextStep, str] = {
    NextStep.REPRESENT: "Présenter de nouveau avec le prochain avis",
    NextStep.NEW_MANDATE: "Demander un nouveau RIB et modifier le mandat",
    NextStep.STOP_MANDATE: "Arrêter le mandat et convenir d’un autre moyen",
    NextStep.CALL_TENANT: "Appeler le locataire avant tout autre prélèvement",
    NextStep.ASK_BANK: "Interroger la banque, le locataire n’y est pour rien",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """An ISO code in plain French, and what to do next. `ends_mandate`: nothing more may be asked under it."""

    label: str
    step: NextStep
    ends_mandate: bool = False

    @property
    def told_step(self) -> str:
        """The next step, as a page says it."""
        return NEXT_STEPS[self.step]


REASONS: dict[str, Reason] = {
    "AC01": Reason(label="numéro de compte faux", step=NextStep.NEW_MANDATE),
    "AC04": Reason(label="compte clos", step=NextStep.NEW_MANDATE),
    "AC06": Reason(label="compte bloqué", step=NextStep.CALL_TENANT),
    "AC13": Reason(label="compte d’une sorte qui ne se prélève pas", step=NextStep.NEW_MANDATE),
    "AG01": Reason(label="compte qui n’accepte pas les prélèvements", step=NextStep.NEW_MANDATE),
    "AG02": Reason(label="code d’opération refusé", step=NextStep.ASK_BANK),
    "AM04": Reason(label="provision insuffisante", step=NextStep.REPRESENT),
    "AM05": Reason(label="prélèvement présenté deux fois", step=NextStep.ASK_BANK),
    "BE05": Reason(label="identifiant de créancier inconnu", step=NextStep.ASK_BANK),
    "CNOR": Reason(label="banque du créancier inconnue", step=NextStep.ASK_BANK),
    "DNOR": Reason(label="banque du payeur inconnue", step=NextStep.NEW_MANDATE),
    "DT01": Reason(label="date refusée", step=NextStep.ASK_BANK),
    "ED05": Reason(label="règlement impossible entre banques", step=NextStep.ASK_BANK),
    "FF01": Reason(label="fichier mal formé", step=NextStep.ASK_BANK),
    "FF05": Reason(label="sorte de prélèvement refusée", step=NextStep.ASK_BANK),
    "MD01": Reason(label="pas d’autorisation du payeur", step=NextStep.STOP_MANDATE, ends_mandate=True),
    "MD02": Reason(label="mandat incomplet ou faux", step=NextStep.NEW_MANDATE),
    "MD06": Reason(label="remboursement demandé par le payeur", step=NextStep.CALL_TENANT),
    "MD07": Reason(label="payeur décédé", step=NextStep.STOP_MANDATE, ends_mandate=True),
    "MS02": Reason(label="refus du payeur, sans motif", step=NextStep.CALL_TENANT),
    "MS03": Reason(label="refus de la banque, sans motif", step=NextStep.CALL_TENANT),
    "RC01": Reason(label="BIC faux", step=NextStep.NEW_MANDATE),
    "RR01": Reason(label="compte ou identité du payeur manquants", step=NextStep.ASK_BANK),
    "RR02": Reason(label="nom ou adresse du payeur manquants", step=NextStep.ASK_BANK),
    "RR03": Reason(label="nom ou adresse du créancier manquants", step=NextStep.ASK_BANK),
    "RR04": Reason(label="motif réglementaire", step=NextStep.CALL_TENANT),
    "SL01": Reason(label="prélèvements limités par le payeur chez sa banque", step=NextStep.CALL_TENANT),
    UNKNOWN: Reason(label="motif non précisé par la banque", step=NextStep.ASK_BANK),
}


def reason_of(code: str) -> Reason:
    """What a code means; a code of the bank's own is said as such."""
    return REASONS.get(code, REASONS[UNKNOWN])


def may_represent(code: str) -> bool:
    """Whether the same sum may be asked again without a new agreement of the payer: for want of funds only."""
    return reason_of(code).step is NextStep.REPRESENT
