"""What the two orders to a bank have in common: their header, parties, spooled parts, and the check by the schema."""

import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Generic, NamedTuple, TypeVar

from palier.banking.formats.markup import first_fault, schema_of
from palier.banking.formats.references import iban_is_sound, rf_is_sound
from palier.banking.formats.sepa_text import sepa_identifier, sepa_name
from palier.foundation.errors import Refusal
from palier.foundation.home import closed_to_others
from palier.foundation.money import Cents, shortened, text_from_cents

# EPC130-08: 0.01 to 999,999,999.99 euros.
LARGEST_ORDER_CENTS = 99_999_999_999
_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
# Held in memory until then, in a file beyond.
_SPOOL_BYTES = 1_000_000
BIC_SHAPE = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")


class NothingToOrder(Refusal):
    """Il n’y a rien à demander à la banque : aucun fichier n’est écrit."""


class OrderAmountImpossible(Refusal):
    """« {reference} » : une somme de {amount} € ne se demande pas à une banque (de 0,01 € à 999 999 999,99 €)."""


class OrderIbanWrong(Refusal):
    """« {reference} » : l’IBAN qui finit par {ending} est faux ; corrigez-le sur le mandat ou la fiche du compte."""


class OrderBicWrong(Refusal):
    """« {reference} » : « {bic} » n’est pas un BIC ; corrigez-le ou laissez-le vide."""


class OrderReferenceWrong(Refusal):
    """« {reference} » n’est pas une référence RF juste : ses chiffres de contrôle ne correspondent pas."""


class OrderTwice(Refusal):
    """« {reference} » est demandé deux fois dans le même fichier : rien n’est écrit."""


class OrderBreaksItsSchema(Refusal):
    """Ligne {line} : le fichier écrit n’est pas conforme au schéma {schema} ; ne l’envoyez pas et signalez-le."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """The landlord's side of an order: who, and which of its accounts. `creditor_id` is the ICS, for debits only."""

    name: str
    iban: str
    bic: str = ""
    creditor_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a file holds, once it is written."""

    count: int
    total_cents: Cents


Key = TypeVar("Key", date, tuple[date, str])


class Payment(NamedTuple, Generic[Key]):
    """One payment as the schema writes it, and the batch (PmtInf) it belongs to."""

    key: Key
    reference: str
    cents: Cents
    text: str


@dataclass(slots=True, kw_only=True)
class Part:
    """The payments of one PmtInf, written aside until their count and sum are known."""

    spool: IO[bytes]
    count: int = 0
    total_cents: Cents = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What opens a file. `created_at` is told in its own time, without its zone."""

    schema: str
    root: str
    payment: str
    message_id: str
    created_at: datetime
    own: Own


def write_order(
    path: Path, payments: Iterable[Payment[Key]], *, header: Header, batch: Callable[[str, Key, Part], str]
) -> Written:
    """Write the payments in one file, a PmtInf for each key, and hold it against its schema. They are read once.

    `batch` gives the head of a PmtInf, whose name it receives. Raises NothingToOrder, OrderTwice, OrderBreaksItsSchema;
    whatever is raised, here or by the payments, there is no file then.
    """
    parts: dict[Key, Part] = {}
    told: set[str] = set()
    with ExitStack() as stack:
        for payment in payments:
            if payment.reference in told:
                raise OrderTwice(reference=payment.reference)
            told.add(payment.reference)
            part = parts.get(payment.key)
            if part is None:
                part = Part(spool=stack.enter_context(SpooledTemporaryFile(max_size=_SPOOL_BYTES)))
                parts[payment.key] = part
            part.spool.write(payment.text.encode("ascii"))
            part.count += 1
            part.total_cents += payment.cents
        if not parts:
            raise NothingToOrder
        written = Written(
            count=sum(part.count for part in parts.values()),
            total_cents=sum(part.total_cents for part in parts.values()),
        )
        partial = stack.enter_context(_whole_or_absent(path))
        # Names and account numbers, in clear.
        with open(partial, "wb", opener=closed_to_others) as out:
            out.write(_opening(header, written).encode("ascii"))
            for rank, key in enumerate(sorted(parts), start=1):
                name = sepa_identifier(f"{header.message_id[:30]}-{rank:03d}")
                out.write(batch(name, key, parts[key]).encode("ascii"))
                parts[key].spool.seek(0)
                shutil.copyfileobj(parts[key].spool, out, 1_000_000)
                out.write(b"</PmtInf>\n")
            out.write(f"</{header.root}>\n</Document>\n".encode("ascii"))
        _check(partial, header)
    return written


def sums(count: int, cents: Cents) -> str:
    """NbOfTxs and CtrlSum."""
    return f"<NbOfTxs>{count}</NbOfTxs><CtrlSum>{text_from_cents(cents)}</CtrlSum>"


def agent(bic: str, *, tag: str, bic_tag: str, reference: str) -> str:
    """The bank of an account: by its BIC, or not given, which IBAN-only payments allow. Raises OrderBicWrong."""
    if not bic:
        inside = "<Othr><Id>NOTPROVIDED</Id></Othr>"
    elif BIC_SHAPE.fullmatch(bic):
        inside = f"<{bic_tag}>{bic}</{bic_tag}>"
    else:
        raise OrderBicWrong(reference=reference, bic=shortened(bic))
    return f"<{tag}><FinInstnId>{inside}</FinInstnId></{tag}>"


def sound_iban(iban: str, *, reference: str) -> str:
    """The IBAN itself. Raises OrderIbanWrong, which shows its ending only."""
    if not iban_is_sound(iban):
        raise OrderIbanWrong(reference=reference, ending=shortened(iban[-4:]))
    return iban


def sound_amount(cents: Cents, *, reference: str) -> str:
    """The amount as the schema writes it. Raises OrderAmountImpossible."""
    if not 0 < cents <= LARGEST_ORDER_CENTS:
        raise OrderAmountImpossible(reference=reference, amount=text_from_cents(cents))
    return text_from_cents(cents)


def remittance(rf_reference: str, wording: str) -> str:
    """RmtInf: the RF reference when there is one (ISO 11649, SCOR), else free words, else nothing.

    Raises OrderReferenceWrong.
    """
    if rf_reference:
        if not rf_is_sound(rf_reference):
            raise OrderReferenceWrong(reference=shortened(rf_reference))
        kind = "<Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry><Issr>ISO</Issr></Tp>"
        return f"<RmtInf><Strd><CdtrRefInf>{kind}<Ref>{rf_reference}</Ref></CdtrRefInf></Strd></RmtInf>"
    return f"<RmtInf><Ustrd>{wording}</Ustrd></RmtInf>" if wording else ""


@contextmanager
def _whole_or_absent(path: Path) -> Iterator[Path]:
    """A place to write beside `path`: it takes that name when all went well, and goes otherwise."""
    partial = path.with_name(f"{path.name}.partiel")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _opening(header: Header, written: Written) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="{_NAMESPACE}{header.schema}">\n<{header.root}>\n<GrpHdr>'
        f"<MsgId>{sepa_identifier(header.message_id)}</MsgId>"
        f"<CreDtTm>{header.created_at.replace(tzinfo=None).isoformat(timespec='seconds')}</CreDtTm>"
        f"{sums(written.count, written.total_cents)}"
        f"<InitgPty><Nm>{sepa_name(header.own.name)}</Nm></InitgPty></GrpHdr>\n"
    )


def _check(path: Path, header: Header) -> None:
    message, _, version = header.schema.partition(".001.")
    known = schema_of(message, version)
    if known is None:
        raise OrderBreaksItsSchema(line=1, schema=header.schema)
    drop = frozenset({header.payment, "PmtInf"})
    fault = first_fault(path, namespace=f"{_NAMESPACE}{header.schema}", schema=known, drop=drop)
    if fault is not None:
        raise OrderBreaksItsSchema(line=fault.line, schema=header.schema)
