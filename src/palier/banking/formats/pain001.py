"""Writing SEPA transfers, for refunds: pain.001.001.09. Streamed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

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

SCHEMA = "pain.001.001.09"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferLine:
    """One transfer: amount in cents, who is paid, and what they read of it."""

    end_to_end_id: str
    amount_cents: Cents
    paid_on: date
    holder_name: str
    iban: str
    bic: str = ""
    rf_reference: str = ""
    wording: str = ""


def write_transfers(
    path: Path, transfers: Iterable[TransferLine], *, own: Own, message_id: str, created_at: datetime
) -> Written:
    """Write one file, a PmtInf for each day of payment, and hold it against its schema.

    Raises NothingToOrder, OrderTwice, OrderIbanWrong, OrderBicWrong, OrderAmountImpossible, NameUnwritable,
    IdentifierUnwritable, OrderReferenceWrong,
    OrderBreaksItsSchema; then there is no file.
    """
    header = Header(
        schema=SCHEMA,
        root="CstmrCdtTrfInitn",
        payment="CdtTrfTxInf",
        message_id=message_id,
        created_at=created_at,
        own=own,
    )
    payments = (
        Payment(
            key=transfer.paid_on,
            reference=transfer.end_to_end_id,
            cents=transfer.amount_cents,
            text=_transaction(transfer),
        )
        for transfer in transfers
    )

    def batch(name: str, key: date, part: Part) -> str:
        return _batch(name, key, part, own=own)

    return write_order(path, payments, header=header, batch=batch)


def _batch(batch: str, paid_on: date, part: Part, *, own: Own) -> str:
    return (
        f"<PmtInf><PmtInfId>{batch}</PmtInfId><PmtMtd>TRF</PmtMtd><BtchBookg>true</BtchBookg>"
        f"{sums(part.count, part.total_cents)}<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf>"
        f"<ReqdExctnDt><Dt>{paid_on.isoformat()}</Dt></ReqdExctnDt><Dbtr><Nm>{sepa_name(own.name)}</Nm></Dbtr>"
        f"<DbtrAcct><Id><IBAN>{sound_iban(own.iban, reference=batch)}</IBAN></Id><Ccy>EUR</Ccy></DbtrAcct>"
        f"{agent(own.bic, tag='DbtrAgt', bic_tag='BICFI', reference=batch)}<ChrgBr>SLEV</ChrgBr>\n"
    )


def _transaction(transfer: TransferLine) -> str:
    reference = sepa_identifier(transfer.end_to_end_id)
    bank = agent(transfer.bic, tag="CdtrAgt", bic_tag="BICFI", reference=reference) if transfer.bic else ""
    return (
        f"<CdtTrfTxInf><PmtId><EndToEndId>{reference}</EndToEndId></PmtId>"
        f'<Amt><InstdAmt Ccy="EUR">{sound_amount(transfer.amount_cents, reference=reference)}</InstdAmt></Amt>{bank}'
        f"<Cdtr><Nm>{sepa_name(transfer.holder_name)}</Nm></Cdtr>"
        f"<CdtrAcct><Id><IBAN>{sound_iban(transfer.iban, reference=reference)}</IBAN></Id></CdtrAcct>"
        f"{remittance(transfer.rf_reference, sepa_text(transfer.wording, REMITTANCE_LENGTH))}</CdtTrfTxInf>\n"
    )
