"""Small files of a fictional bank, sound, to read as they are or to spoil."""

from pathlib import Path

from palier.bench.bank_files import OWN, cfonb_balance, cfonb_complement, cfonb_entry, payer_iban

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{message}">\n'
ACCOUNT = f"<Acct><Id><IBAN>{OWN.iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>\n"


def balance(code: str, amount: str, direction: str = "CRDT") -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt>'
        f"<CdtDbtInd>{direction}</CdtDbtInd><Dt><Dt>2026-11-05</Dt></Dt></Bal>\n"
    )


def entry(
    amount: str, direction: str = "CRDT", *, currency: str = "EUR", details: str = "", status: str = "BOOK"
) -> str:
    inside = f"<NtryDtls>{details}</NtryDtls>" if details else ""
    return (
        f'<Ntry>\n<Amt Ccy="{currency}">{amount}</Amt>\n<CdtDbtInd>{direction}</CdtDbtInd>\n'
        f"<Sts><Cd>{status}</Cd></Sts>\n<BookgDt><Dt>2026-11-05</Dt></BookgDt>\n"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>\n"
        f"{inside}</Ntry>\n"
    )


def detail(amount: str, *, end_to_end: str = "NOTPROVIDED", ref: str = "", said: str = "", reason: str = "") -> str:
    structured = f"<Strd><CdtrRefInf><Ref>{ref}</Ref></CdtrRefInf></Strd>" if ref else ""
    told = f"<RmtInf><Ustrd>{said}</Ustrd>{structured}</RmtInf>" if said else f"<RmtInf>{structured}</RmtInf>"
    returned = f"<RtrInf><Rsn><Cd>{reason}</Cd></Rsn></RtrInf>" if reason else ""
    return (
        f"<TxDtls>\n<Refs><EndToEndId>{end_to_end}</EndToEndId><MndtId>RUM-1</MndtId></Refs>\n"
        f'<Amt Ccy="EUR">{amount}</Amt>\n'
        f"<RltdPties><Dbtr><Pty><Nm>La locataire du 12</Nm></Pty></Dbtr>"
        f"<DbtrAcct><Id><IBAN>{payer_iban(12)}</IBAN></Id></DbtrAcct></RltdPties>\n{told}\n{returned}</TxDtls>\n"
    )


def camt(*parts: str, message: str = "camt.053.001.08") -> str:
    inside = ACCOUNT + "".join(parts)
    return (
        HEAD.format(message=message)
        + "<BkToCstmrStmt>\n<GrpHdr><MsgId>R1</MsgId><CreDtTm>2026-11-06T06:00:00</CreDtTm></GrpHdr>\n"
        + f"<Stmt><Id>R1</Id><CreDtTm>2026-11-06T06:00:00</CreDtTm>\n{inside}</Stmt>\n</BkToCstmrStmt>\n</Document>\n"
    )


def statement() -> str:
    """Two transfers and a returned debit: 400.00 + 35.20 − 412.18 = 23.02."""
    return camt(
        balance("OPBD", "0.00"),
        balance("CLBD", "23.02"),
        entry("400.00", details=detail("400.00", said="LOYER RF18539007547034 NOV")),
        entry("35.20", details=detail("35.20", ref="RF18539007547034")),
        entry("412.18", "DBIT", details=detail("412.18", end_to_end="PAL-202610-0000012", reason="AM04")),
    )


def cfonb() -> str:
    """A transfer of 400.00 and a charge of 7.90: −190.40 + 400.00 − 7.90 = 201.70."""
    lines = (
        cfonb_balance("01", -19_040, "041126"),
        cfonb_entry(40_000, "VIR SEPA LA LOCATAIRE DU 12"),
        cfonb_complement("NPY", "LA LOCATAIRE DU 12"),
        cfonb_complement("RCN", f"{'BAIL 12':35}LOYER"),
        cfonb_complement("LCC", "LOYER RF18 5390 0754 7034"),
        cfonb_entry(-790, "COMMISSION", operation="62"),
        cfonb_balance("07", 20_170, "051126"),
    )
    return "".join(line + "\n" for line in lines)


def written(folder: Path, content: str | bytes, name: str = "releve.dat") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
