"""Writing SEPA CORE direct debits: pain.008.001.08, or .02 for banks that still ask for it. Streamed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from palier.banking.formats.payment_order import (
    Header,
    Own,
    Part,
    Payment,
    Written,
    agent,
    remittance,
    sound_amount,
    sound_iban,
    sums,
    write_order,
)
from palier.banking.formats.sepa_text import REMITTANCE_LENGTH, sepa_identifier, sepa_name, sepa_text
from palier.foundation.money import Cents

_CREDITOR_SCHEME = "<SchmeNm><Prtry>SEPA</Prtry></SchmeNm>"


class Version(StrEnum):
    """The schemas a debit file may follow."""

    OF_2019 = "pain.008.001.08"
    OF_2009 = "pain.008.001.02"


class Sequence(StrEnum):
    """SeqTp: where a debit stands in the life of its mandate."""

    FRST = "FRST"
    RCUR = "RCUR"
    FNAL = "FNAL"
    OOFF = "OOFF"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What a mandate said before, told once to the debtor's bank (EPC016-06, AT-24).

    `account_changed` says that the tenant gave another account (SMNDA: same mandate, new debtor account).
    """

    former_reference: str = ""
    former_creditor_id: str = ""
    former_creditor_name: str = ""
    account_changed: bool = False


class DebitLine(NamedTuple):
    """One debit: amount in cents, mandate (RUM, day of signature), payer, and what the payer reads of it."""

    end_to_end_id: str
    amount_cents: Cents
    sequence: Sequence
    collected_on: date
    mandate_reference: str
    signed_on: date
    holder_name: str
    iban: str
    bic: str = ""
    rf_reference: str = ""
    wording: str = ""
    amendment: Amendment | None = None


def write_debits(
    path: Path,
    debits: Iterable[DebitLine],
    *,
    own: Own,
    message_id: str,
    created_at: datetime,
    version: Version = Version.OF_2019,
) -> Written:
    """Write one file, a PmtInf for each sequence type and day of collection, and hold it against its schema.

    The debits come in any order and are read once. Raises NothingToOrder, OrderTwice, OrderIbanWrong, OrderBicWrong,
    OrderAmountImpossible, NameUnwritable, IdentifierUnwritable, OrderReferenceWrong,
    OrderBreaksItsSchema; then there is no file.
    """
    bic_tag = "BICFI" if version is Version.OF_2019 else "BIC"
    header = Header(
        schema=version,
        root="CstmrDrctDbtInitn",
        payment="DrctDbtTxInf",
        message_id=message_id,
        created_at=created_at,
        own=own,
    )
    payments = (
        Payment(
            key=(debit.collected_on, debit.sequence.value),
            reference=debit.end_to_end_id,
            cents=debit.amount_cents,
            text=_transaction(debit, bic_tag),
        )
        for debit in debits
    )

    def batch(name: str, key: tuple[date, str], part: Part) -> str:
        return _batch(name, key, part, own=own, bic_tag=bic_tag)

    return write_order(path, payments, header=header, batch=batch)


def _batch(batch: str, key: tuple[date, str], part: Part, *, own: Own, bic_tag: str) -> str:
    collected_on, sequence = key
    creditor_id = sepa_identifier(own.creditor_id)
    return (
        f"<PmtInf><PmtInfId>{batch}</PmtInfId><PmtMtd>DD</PmtMtd><BtchBookg>true</BtchBookg>"
        f"{sums(part.count, part.total_cents)}"
        "<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl><LclInstrm><Cd>CORE</Cd></LclInstrm>"
        f"<SeqTp>{sequence}</SeqTp></PmtTpInf><ReqdColltnDt>{collected_on.isoformat()}</ReqdColltnDt>"
        f"<Cdtr><Nm>{sepa_name(own.name)}</Nm></Cdtr>"
        f"<CdtrAcct><Id><IBAN>{sound_iban(own.iban, reference=batch)}</IBAN></Id><Ccy>EUR</Ccy></CdtrAcct>"
        f"{agent(own.bic, tag='CdtrAgt', bic_tag=bic_tag, reference=batch)}<ChrgBr>SLEV</ChrgBr>"
        f"<CdtrSchmeId><Id><PrvtId><Othr><Id>{creditor_id}</Id>{_CREDITOR_SCHEME}</Othr></PrvtId></Id></CdtrSchmeId>\n"
    )


def _transaction(debit: DebitLine, bic_tag: str) -> str:
    reference = sepa_identifier(debit.end_to_end_id)
    return (
        f"<DrctDbtTxInf><PmtId><EndToEndId>{reference}</EndToEndId></PmtId>"
        f'<InstdAmt Ccy="EUR">{sound_amount(debit.amount_cents, reference=reference)}</InstdAmt>'
        f"<DrctDbtTx><MndtRltdInf><MndtId>{sepa_identifier(debit.mandate_reference)}</MndtId>"
        f"<DtOfSgntr>{debit.signed_on.isoformat()}</DtOfSgntr>{_amended(debit.amendment)}</MndtRltdInf></DrctDbtTx>"
        f"{agent(debit.bic, tag='DbtrAgt', bic_tag=bic_tag, reference=reference)}"
        f"<Dbtr><Nm>{sepa_name(debit.holder_name)}</Nm></Dbtr>"
        f"<DbtrAcct><Id><IBAN>{sound_iban(debit.iban, reference=reference)}</IBAN></Id></DbtrAcct>"
        f"{remittance(debit.rf_reference, _wording(debit.wording))}</DrctDbtTxInf>\n"
    )


@lru_cache(maxsize=64)
def _wording(text: str) -> str:
    """What the payer reads: a file says the same of its thousands of debits."""
    return sepa_text(text, REMITTANCE_LENGTH)


def _amended(amendment: Amendment | None) -> str:
    if amendment is None:
        return ""
    former = []
    if amendment.former_reference:
        former.append(f"<OrgnlMndtId>{sepa_identifier(amendment.former_reference)}</OrgnlMndtId>")
    if amendment.former_creditor_id or amendment.former_creditor_name:
        name = f"<Nm>{sepa_name(amendment.former_creditor_name)}</Nm>" if amendment.former_creditor_name else ""
        number = (
            f"<Id><PrvtId><Othr><Id>{sepa_identifier(amendment.former_creditor_id)}</Id>{_CREDITOR_SCHEME}</Othr>"
            "</PrvtId></Id>"
            if amendment.former_creditor_id
            else ""
        )
        former.append(f"<OrgnlCdtrSchmeId>{name}{number}</OrgnlCdtrSchmeId>")
    if amendment.account_changed:
        # Since November 2016 SMNDA stands at the account, for another bank as for the same one.
        former.append("<OrgnlDbtrAcct><Id><Othr><Id>SMNDA</Id></Othr></Id></OrgnlDbtrAcct>")
    if not former:
        return ""
    return f"<AmdmntInd>true</AmdmntInd><AmdmntInfDtls>{''.join(former)}</AmdmntInfDtls>"
