"""Files of a fictional bank, for measures and tests: camt.053, camt.054, CFONB 120, pain.002; and debits to write.

Everybody in them is invented; the numbers have right keys and belong to no bank.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from stdnum.iso7064 import mod_97_10

from palier.banking.formats.cfonb_record import french_iban, overpunch
from palier.banking.formats.pain008 import DebitLine, Sequence
from palier.banking.formats.payment_order import Own
from palier.demo.bank_papers import SPACE, camt_balance
from palier.foundation.money import text_from_cents

BANK, BRANCH, ACCOUNT = "99999", "00001", "00000000001"
OWN = Own(
    name="Habitat fictif des Trois Tilleuls",
    iban=french_iban(BANK, BRANCH, ACCOUNT),
    bic="ZZZZFRPP",
    creditor_id="FR99ZZZ999999",
)
BOOKED_ON = date(2026, 11, 5)


def reference_of(number: int) -> str:
    """The RF reference of an invented account."""
    body = f"BANC{number:07d}"
    return f"RF{mod_97_10.calc_check_digits(body + 'RF')}{body}"


def payer_iban(number: int) -> str:
    """The IBAN of an invented payer."""
    return french_iban("99998", "00002", f"{number:011d}")


def cents_of(number: int) -> int:
    """A rent of about four hundred euros, never twice the same in a row."""
    return 30_000 + number * 37 % 20_000


def debits(count: int) -> Iterator[DebitLine]:
    """Debits of one month, of two days and two sequence types."""
    for number in range(count):
        yield DebitLine(
            end_to_end_id=f"PAL-202611-{number:07d}",
            amount_cents=cents_of(number),
            sequence=Sequence.FRST if number % 50 == 0 else Sequence.RCUR,
            collected_on=date(2026, 11, 5 if number % 3 else 10),
            mandate_reference=f"RUM-{number:08d}",
            signed_on=date(2024, 1 + number % 12, 1 + number % 28),
            holder_name=f"Locataire n° {number} de l’Échelle",
            iban=payer_iban(number),
            rf_reference=reference_of(number),
        )


def write_camt(path: Path, count: int, *, message: str = "camt.053", version: str = "08") -> int:
    """A statement (or a notification, camt.054) of `count` transfers; gives its total in cents."""
    total = sum(cents_of(number) for number in range(count))
    root, inside = ("BkToCstmrStmt", "Stmt") if message == "camt.053" else ("BkToCstmrDbtCdtNtfctn", "Ntfctn")
    with path.open("w", encoding="utf-8") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        out.write(f'<Document xmlns="{SPACE}{message}.001.{version}">\n<{root}>\n')
        out.write("<GrpHdr><MsgId>REL-1</MsgId><CreDtTm>2026-11-06T06:00:00</CreDtTm></GrpHdr>\n")
        out.write(f"<{inside}><Id>REL-1</Id><CreDtTm>2026-11-06T06:00:00</CreDtTm>\n")
        out.write(f"<Acct><Id><IBAN>{OWN.iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>\n")
        if message == "camt.053":
            out.write(camt_balance("OPBD", 0, "2026-11-05") + camt_balance("CLBD", total, "2026-11-05"))
        out.writelines(_camt_entry(number, version) for number in range(count))
        out.write(f"</{inside}>\n</{root}>\n</Document>\n")
    return total


def write_cfonb(path: Path, count: int) -> int:
    """A statement of `count` transfers with two complements each; gives its total in cents."""
    total = sum(cents_of(number) for number in range(count))
    with path.open("w", encoding="ascii", newline="\r\n") as out:
        out.write(cfonb_balance("01", 0, "041126") + "\n")
        for number in range(count):
            out.write(cfonb_entry(cents_of(number), f"VIR SEPA LOCATAIRE {number}") + "\n")
            out.write(cfonb_complement("NPY", f"LOCATAIRE {number}") + "\n")
            out.write(cfonb_complement("LCC", f"LOYER {reference_of(number)}") + "\n")
        out.write(cfonb_balance("07", total, "051126") + "\n")
    return total


def write_statuses(path: Path, count: int, version: str = "11") -> None:
    """A report that refuses one debit in two, for want of money."""
    with path.open("w", encoding="utf-8") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        out.write(f'<Document xmlns="{SPACE}pain.002.001.{version}">\n<CstmrPmtStsRpt>\n')
        out.write("<GrpHdr><MsgId>CR-1</MsgId><CreDtTm>2026-11-06T06:00:00</CreDtTm></GrpHdr>\n")
        out.write("<OrgnlGrpInfAndSts><OrgnlMsgId>PAL-202611</OrgnlMsgId><OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId>")
        out.write("<GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>\n")
        out.write("<OrgnlPmtInfAndSts><OrgnlPmtInfId>PAL-202611-001</OrgnlPmtInfId>\n")
        for number in range(count):
            refused = number % 2 == 0
            out.write(f"<TxInfAndSts><OrgnlEndToEndId>PAL-202611-{number:07d}</OrgnlEndToEndId>")
            out.write(f"<TxSts>{'RJCT' if refused else 'ACSC'}</TxSts>")
            out.write("<StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf>" if refused else "")
            out.write(f'<OrgnlTxRef><Amt><InstdAmt Ccy="EUR">{text_from_cents(cents_of(number))}</InstdAmt></Amt>')
            out.write("</OrgnlTxRef></TxInfAndSts>\n")
        out.write("</OrgnlPmtInfAndSts>\n</CstmrPmtStsRpt>\n</Document>\n")


def cfonb_balance(code: str, cents: int, day: str) -> str:
    """A record 01 or 07; the day is written ddmmyy."""
    return f"{code}{BANK}    {BRANCH}EUR2 {ACCOUNT}  {day}{'':50}{overpunch(cents)}{'':16}"


def cfonb_entry(cents: int, label: str, *, operation: str = "05", reason: str = "  ") -> str:
    """A record 04 of 5 November 2026."""
    head = f"04{BANK}0180{BRANCH}EUR2 {ACCOUNT}{operation}051126{reason}051126"
    return f"{head}{label[:31]:31}  {'':0>7}  {overpunch(cents)}{'':16}"


def cfonb_complement(kind: str, said: str) -> str:
    """A record 05."""
    return f"05{BANK}0180{BRANCH}EUR2 {ACCOUNT}05051126     {kind}{said[:70]:70}  "


def _camt_entry(number: int, version: str) -> str:
    amount = f'<Amt Ccy="EUR">{text_from_cents(cents_of(number))}</Amt>'
    is_first = version == "02"
    name = f"<Nm>Locataire {number}</Nm>"
    status = "BOOK" if is_first else "<Cd>BOOK</Cd>"
    amounts = f"<AmtDtls><TxAmt>{amount}</TxAmt></AmtDtls>" if is_first else f"{amount}<CdtDbtInd>CRDT</CdtDbtInd>"
    return (
        f"<Ntry>\n{amount}\n<CdtDbtInd>CRDT</CdtDbtInd>\n<Sts>{status}</Sts>\n"
        f"<BookgDt><Dt>{BOOKED_ON}</Dt></BookgDt>\n<ValDt><Dt>{BOOKED_ON}</Dt></ValDt>\n"
        f"<AcctSvcrRef>B{number:09d}</AcctSvcrRef>\n"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>\n"
        f"<NtryDtls><TxDtls>\n<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>\n{amounts}\n"
        f"<RltdPties><Dbtr>{name if is_first else f'<Pty>{name}</Pty>'}</Dbtr>"
        f"<DbtrAcct><Id><IBAN>{payer_iban(number)}</IBAN></Id></DbtrAcct></RltdPties>\n"
        f"<RmtInf><Ustrd>LOYER {reference_of(number)}</Ustrd></RmtInf>\n</TxDtls></NtryDtls>\n</Ntry>\n"
    )
