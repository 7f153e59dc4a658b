"""Reading pain.002: what the bank answers of a debit or transfer file, payment by payment."""

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from palier.banking.formats.camt_entry import Facts, plan_of
from palier.banking.formats.document import PaymentStatus, Tally
from palier.banking.formats.markup import Stream, in_french, schema_of
from palier.banking.formats.recognise import Recognised
from palier.foundation.errors import Refusal

_TAGS = ("OrgnlGrpInfAndSts", "OrgnlPmtInfAndSts", "TxInfAndSts")
_PATHS = (
    *("GrpSts", "PmtInfSts", "TxSts", "OrgnlPmtInfId", "OrgnlEndToEndId", "OrgnlTxRef/Amt/InstdAmt"),
    *("StsRsnInf/Rsn/Cd", "StsRsnInf/Rsn/Prtry"),
)
_DROPPED = frozenset({"TxInfAndSts", "OrgnlPmtInfAndSts"})


class NoStatusInside(Refusal):
    """Ligne {line} : le compte rendu ne dit rien d’aucun ordre ; demandez à votre banque de l’envoyer de nouveau."""


class StatusReader:
    """One pass over a report: gives its statuses, fills its tally."""

    def __init__(self, path: Path, known: Recognised, tally: Tally) -> None:
        self.path = path
        self.known = known
        self.tally = tally

    def statuses(self) -> Iterator[PaymentStatus]:
        """The message's status when it has one, each batch's, each payment's. Raises NoStatusInside, MarkupBroken."""
        known = self.known
        schema = schema_of(known.message, known.version) if known.namespace else None
        if schema is None:
            named = f"{known.message}.001.{known.version or '??'}"
            told = f"le schéma {named} n’est pas ici : le fichier est lu sans lui être comparé."
            self.tally.remark(1, told)
        stream = Stream(self.path, namespace=known.namespace, schema=schema, drop=_DROPPED)
        plan = plan_of(_PATHS, stream.prefix)
        message, line, count = "", 1, 0
        for tag, element in stream.elements(_TAGS):
            line = element.sourceline or line
            if tag == "OrgnlGrpInfAndSts":
                message = element.findtext(f"{stream.prefix}OrgnlMsgId") or ""
            elif tag == "TxInfAndSts":
                self.tally.entries += 1
            facts = Facts(element, plan)
            status = facts.text("TxSts", "PmtInfSts", "GrpSts")
            if status:
                count += 1
                parent = element.getparent()
                batch = facts.text("OrgnlPmtInfId") or _text(parent, f"{stream.prefix}OrgnlPmtInfId")
                is_payment = tag == "TxInfAndSts"
                if is_payment and not facts.text("OrgnlEndToEndId"):
                    told = "un paiement n’est désigné par aucune référence : demandez à votre banque lequel."
                    self.tally.remark(facts.line, told)
                yield _status(facts, message=message, batch=batch, status=status, is_payment=is_payment)
        if not count:
            raise NoStatusInside(line=line)
        for fault in stream.faults():
            self.tally.remark(fault.line, in_french(fault.message))


def _text(element: etree._Element | None, tag: str) -> str:
    return "" if element is None else (element.findtext(tag) or "").strip()


def _status(facts: Facts, *, message: str, batch: str, status: str, is_payment: bool) -> PaymentStatus:
    amount = "OrgnlTxRef/Amt/InstdAmt"
    return PaymentStatus(
        line=facts.line,
        is_payment=is_payment,
        message_id=message.strip()[:35],
        batch_id=batch[:35],
        end_to_end_id=facts.text("OrgnlEndToEndId")[:35],
        status=status[:4],
        reason=facts.text("StsRsnInf/Rsn/Cd", "StsRsnInf/Rsn/Prtry")[:4],
        amount_cents=facts.amount(amount) if amount in facts.texts else None,
    )
