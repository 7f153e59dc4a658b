"""The general accounts of the sub-ledger, and their numbers in the landlord's chart.

Codes are the sub-ledger's own; numbers follow the chart of the sector (règlement ANC 2015-04, on top of the plan
comptable général). A number whose text was not read is marked to confirm, and is shown as such on every export.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartAccount:
    """A general account: its code here, its number out there."""

    code: str
    number: str
    label: str
    confirmed: bool = False


BANK_CODE = "BNQ-COURANT"
SUSPENSE_CODE = "ATT-BANQUE"
DEBITS_CODE = "PRL-ENCOURS"
CHEQUES_CODE = "CHQ-ENCAISSER"
CASH_CODE = "CAISSE"
CARDS_CODE = "CARTE-ENCOURS"
REFUNDS_CODE = "RMB-ENCOURS"
DEPOSITS_CODE = "DEP-GARANTIE"
OPENING_CODE = "REP-SOLDES"
BANK_FEES_CODE = "CHG-BANQUE"
# From one bank account of the landlord to another: empty once both statements are in.
TRANSFERS_CODE = "VIR-INTERNES"
# The collective account of all tenants; it has no row of its own, each tenant account is an auxiliary of it.
TENANTS_CODE = "LOCATAIRES"

CHART: tuple[ChartAccount, ...] = (
    ChartAccount(code=TENANTS_CODE, number="411", label="Locataires"),
    ChartAccount(code="CAF-APL", number="4118", label="APL à recevoir de la CAF"),
    ChartAccount(code="PRD-LOYER", number="704", label="Loyers des logements"),
    ChartAccount(code="PRD-SLS", number="7042", label="Suppléments de loyer de solidarité"),
    ChartAccount(code="PRD-ANNEXE", number="7046", label="Loyers des annexes"),
    ChartAccount(code="PRD-RAPPEL", number="7048", label="Rappels et régularisations"),
    ChartAccount(code="RED-RLS", number="7049", label="Réductions de loyer de solidarité"),
    ChartAccount(code="AVC-EAU", number="7031", label="Avances sur charges, eau"),
    ChartAccount(code="AVC-CHAUFFAGE", number="7032", label="Avances sur charges, chauffage"),
    ChartAccount(code="AVC-COMMUNES", number="7033", label="Avances sur charges, parties communes"),
    ChartAccount(code="PRD-ENERGIE", number="7038", label="Contribution aux économies d’énergie"),
    ChartAccount(code=BANK_CODE, number="512", label="Compte bancaire"),
    ChartAccount(code=SUSPENSE_CODE, number="471", label="Mouvements de banque à identifier"),
    ChartAccount(code=DEBITS_CODE, number="5115", label="Prélèvements présentés"),
    ChartAccount(code=CHEQUES_CODE, number="5112", label="Chèques à encaisser"),
    ChartAccount(code=CASH_CODE, number="53", label="Caisse"),
    ChartAccount(code=CARDS_CODE, number="5118", label="Cartes à encaisser"),
    ChartAccount(code=REFUNDS_CODE, number="4671", label="Remboursements présentés"),
    ChartAccount(code=DEPOSITS_CODE, number="165", label="Dépôts de garantie reçus"),
    ChartAccount(code=OPENING_CODE, number="890", label="Soldes repris à l’ouverture"),
    ChartAccount(code=BANK_FEES_CODE, number="627", label="Services bancaires"),
    ChartAccount(code=TRANSFERS_CODE, number="58", label="Virements internes"),
)


def bank_chart_account(rank: int) -> ChartAccount:
    """The account of the ledger that mirrors the landlord's bank account of that rank, from 1: each has its own."""
    if rank == 1:
        return next(account for account in CHART if account.code == BANK_CODE)
    return ChartAccount(code=f"{BANK_CODE}-{rank}", number=f"512{rank}", label=f"Compte bancaire n° {rank}")


def chart_codes() -> frozenset[str]:
    """The codes that have a proposed number."""
    return frozenset(account.code for account in CHART)
