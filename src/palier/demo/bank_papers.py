"""What a bank sends to the landlord of a demonstration: statements (camt.053, camt.054), debits refused (pain.002).

Everybody in them is invented; the numbers have right keys and belong to no bank.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from palier.foundation.money import text_from_cents

SPACE: Final = "urn:iso:std:iso:20022:tech:xsd:"
_ON: Final = date(2026, 11, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One movement as a bank tells it; negative, money leaves."""

    cents: int
    on: date
    bank_reference: str
    wording: str = ""
    payer_name: str = ""
    payer_iban: str = ""
    end_to_end_id: str = "NOTPROVIDED"
    mandate_reference: str = ""
    return_reason: str = ""


def write_transfers(
    path: Path,
    iban: str,
    transfers: Iterable[Transfer],
    *,
    message: str = "camt.053",
    opening_cents: int = 0,
    on: date = _ON,
) -> int:
    """A statement (or a notification, camt.054) of these movements of one account; gives its total in cents."""
    root, inside = ("BkToCstmrStmt", "Stmt") if message == "camt.053" else ("BkToCstmrDbtCdtNtfctn", "Ntfctn")
    total = 0
    with path.open("w", encoding="utf-8") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        out.write(f'<Document xmlns="{SPACE}{message}.001.08">\n<{root}>\n')
        out.write("<GrpHdr><MsgId>REL-1</MsgId><CreDtTm>2026-11-06T06:00:00</CreDtTm></GrpHdr>\n")
        out.write(f"<{inside}><Id>REL-1</Id><CreDtTm>2026-11-06T06:00:00</CreDtTm>\n")
        out.write(f"<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>\n")
        entries = []
        for transfer in transfers:
            total += transfer.cents
            entries.append(_transfer_entry(transfer))
        if message == "camt.053":
            out.write(camt_balance("OPBD", opening_cents, f"{on}"))
            out.write(camt_balance("CLBD", opening_cents + total, f"{on}"))
        out.writelines(entries)
        out.write(f"</{inside}>\n</{root}>\n</Document>\n")
    return total


def write_refusals(path: Path, message_id: str, refused: Iterable[tuple[str, int, str]]) -> None:
    """A report that refuses debits of a file: their reference, their cents, the bank's reason."""
    with path.open("w", encoding="utf-8") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        out.write(f'<Document xmlns="{SPACE}pain.002.001.11">\n<CstmrPmtStsRpt>\n')
        out.write("<GrpHdr><MsgId>CR-1</MsgId><CreDtTm>2026-11-06T06:00:00</CreDtTm></GrpHdr>\n")
        out.write(f"<OrgnlGrpInfAndSts><OrgnlMsgId>{message_id}</OrgnlMsgId>")
        out.write("<OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>\n")
        out.write(f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{message_id}-1</OrgnlPmtInfId>\n")
        for reference, cents, reason in refused:
            out.write(f"<TxInfAndSts><OrgnlEndToEndId>{reference}</OrgnlEndToEndId><TxSts>RJCT</TxSts>")
            out.write(f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf><OrgnlTxRef><Amt>")
            out.write(f'<InstdAmt Ccy="EUR">{text_from_cents(cents)}</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>\n')
        out.write("</OrgnlPmtInfAndSts>\n</CstmrPmtStsRpt>\n</Document>\n")


def camt_balance(code: str, cents: int, day: str) -> str:
    """The balance of a statement, on that day."""
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="EUR">{text_from_cents(abs(cents))}</Amt><CdtDbtInd>{"DBIT" if cents < 0 else "CRDT"}</CdtDbtInd>'
        f"<Dt><Dt>{day}</Dt></Dt></Bal>\n"
    )


def _transfer_entry(transfer: Transfer) -> str:
    amount = f'<Amt Ccy="EUR">{text_from_cents(abs(transfer.cents))}</Amt>'
    direction = "DBIT" if transfer.cents < 0 else "CRDT"
    mandate = f"<MndtId>{transfer.mandate_reference}</MndtId>" if transfer.mandate_reference else ""
    account = f"<DbtrAcct><Id><IBAN>{transfer.payer_iban}</IBAN></Id></DbtrAcct>" if transfer.payer_iban else ""
    name = f"<Nm>{transfer.payer_name}</Nm>" if transfer.payer_name else ""
    said = f"<RmtInf><Ustrd>{transfer.wording}</Ustrd></RmtInf>\n" if transfer.wording else ""
    reason = f"<RtrInf><Rsn><Cd>{transfer.return_reason}</Cd></Rsn></RtrInf>\n" if transfer.return_reason else ""
    return (
        f"<Ntry>\n{amount}\n<CdtDbtInd>{direction}</CdtDbtInd>\n<Sts><Cd>BOOK</Cd></Sts>\n"
        f"<BookgDt><Dt>{transfer.on}</Dt></BookgDt>\n<ValDt><Dt>{transfer.on}</Dt></ValDt>\n"
        f"<AcctSvcrRef>{transfer.bank_reference}</AcctSvcrRef>\n"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>\n"
        f"<NtryDtls><TxDtls>\n<Refs><EndToEndId>{transfer.end_to_end_id}</EndToEndId>{mandate}</Refs>\n"
        f"{amount}<CdtDbtInd>{direction}</CdtDbtInd>\n"
        f"<RltdPties><Dbtr><Pty>{name}</Pty></Dbtr>{account}</RltdPties>\n{said}{reason}"
        "</TxDtls></NtryDtls>\n</Ntry>\n"
    )
