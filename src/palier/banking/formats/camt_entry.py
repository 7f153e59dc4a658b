"""One entry of a camt statement, and the payments it details when the bank gives their amounts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from lxml import etree

from palier.banking.formats.document import (
    FIRST_DAY,
    LAST_DAY,
    AmountUnreadable,
    DateUnreadable,
    FactMissing,
    Movement,
    OtherCurrency,
    Tally,
    bounded,
)
from palier.banking.formats.references import iban_is_sound, reference_in, squeezed, structured_reference
from palier.foundation.errors import Refusal
from palier.foundation.money import Cents, shortened

_AMOUNT = re.compile(r"([0-9]{1,18})(?:\.([0-9]{1,5}))?")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[TZ+-].*)?")
_SIGNS = {"CRDT": 1, "DBIT": -1}
_NOT_GIVEN = frozenset({"NOTPROVIDED", "NOT PROVIDED", "NONREF"})
_WORDING_LENGTH = 300
ENTRY_PATHS = (
    *("Amt", "CdtDbtInd", "RvslInd", "Sts", "Sts/Cd", "Sts/Prtry", "AcctSvcrRef", "AddtlNtryInf"),
    *("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm"),
    *("BkTxCd/Domn/Cd", "BkTxCd/Domn/Fmly/Cd", "BkTxCd/Domn/Fmly/SubFmlyCd", "BkTxCd/Prtry/Cd"),
    *("NtryDtls/Btch/PmtInfId", "NtryDtls/Btch/MsgId"),
)
# A name stands under Pty since the versions of 2019; the reference of 2004 was called CdtrRef.
DETAIL_PATHS = (
    *("Amt", "AmtDtls/TxAmt/Amt", "CdtDbtInd", "AddtlTxInf"),
    *("Refs/EndToEndId", "Refs/MndtId", "Refs/AcctSvcrRef", "Refs/TxId", "Refs/InstrId"),
    *("RltdPties/Dbtr/Nm", "RltdPties/Dbtr/Pty/Nm", "RltdPties/DbtrAcct/Id/IBAN"),
    *("RltdPties/Cdtr/Nm", "RltdPties/Cdtr/Pty/Nm", "RltdPties/CdtrAcct/Id/IBAN"),
    *("RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/CdtrRefInf/CdtrRef"),
    *("RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry", "RtrInf/RtrRsn/Cd"),
)


class DirectionUnknown(Refusal):
    """{where} : « {value} » ne dit pas si la somme entre (CRDT) ou sort (DBIT) ; demandez à votre banque un fichier
    juste, rien n’a été lu."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the Ntry itself says."""

    line: int
    rank: int
    cents: Cents
    is_booked: bool
    booked_on: date
    value_on: date | None
    operation: str
    wording: str
    bank_reference: str
    is_reversal: bool
    # Our own name of the batch, when the bank credits a file in one sum.
    batch_reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A name and an account number."""

    name: str
    iban: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One payment inside an entry. `cents` is signed by the entry's direction when it has none of its own."""

    line: int
    cents: Cents | None
    has_direction: bool
    end_to_end_id: str
    mandate_reference: str
    structured: str
    wording: str
    return_reason: str
    debtor: Party
    creditor: Party
    bank_reference: str


class Plan:
    """Which paths of an element are worth reading: a tree walked beside the element's own."""

    __slots__ = ("below", "path")

    def __init__(self, path: str = "") -> None:
        self.path = path
        self.below: dict[str, Plan] = {}


def plan_of(paths: tuple[str, ...], prefix: str) -> Plan:
    """The plan of these paths in a namespace (`prefix`: "{urn:…}")."""
    root = Plan()
    for path in paths:
        at, above = root, ""
        for part in path.split("/"):
            above = f"{above}/{part}" if above else part
            at = at.below.setdefault(prefix + part, Plan(above))
    return root


class Facts:
    """The texts that a plan looks for in one element, by path: far quicker than one search for each."""

    __slots__ = ("line", "many", "texts", "where")

    def __init__(self, element: etree._Element, plan: Plan, what: str = "") -> None:
        """`what` tells the element apart from its neighbours of the same line."""
        self.line: int = element.sourceline or 0
        self.where = f"Ligne {self.line}{what}"
        self.texts: dict[str, str] = {}
        # What may come several times.
        self.many: dict[str, list[str]] = {}
        self._gather(element, plan)

    def _gather(self, element: etree._Element, plan: Plan) -> None:
        texts, below = self.texts, plan.below
        for child in element:
            found = below.get(child.tag)
            if found is None:
                continue
            if found.below:
                self._gather(child, found)
            path, text = found.path, child.text
            if path in texts:
                self.many.setdefault(path, []).append((text or "").strip())
            elif text and (told := text.strip()):
                texts[path] = told
                if path.endswith("Amt"):
                    texts[path + "@Ccy"] = child.get("Ccy", "")

    def text(self, *paths: str) -> str:
        """The text at the first of these paths that says something, else ""."""
        for path in paths:
            if path in self.texts:
                return self.texts[path]
        return ""

    def all(self, path: str) -> list[str]:
        """Every text at a path."""
        return [self.texts[path], *filter(None, self.many.get(path, ()))] if path in self.texts else []

    def amount(self, path: str = "Amt") -> Cents:
        """An amount without a sign. Raises FactMissing, AmountUnreadable, OtherCurrency, AmountTooLarge."""
        if path not in self.texts:
            raise FactMissing(where=self.where, what="le montant")
        text, currency = self.texts[path], self.texts[path + "@Ccy"]
        shaped = _AMOUNT.fullmatch(text)
        decimals = (shaped.group(2) or "") if shaped else ""
        # The schema allows five decimals; euros have two.
        if shaped is None or decimals[2:].strip("0"):
            raise AmountUnreadable(where=self.where, value=shortened(text))
        if currency != "EUR":
            raise OtherCurrency(where=self.where, currency=shortened(currency))
        return bounded(int(shaped.group(1)) * 100 + int(decimals[:2].ljust(2, "0")), self.where)

    def signed(self) -> Cents:
        """Amt with the sign of CdtDbtInd. Raises what `amount` raises, and DirectionUnknown."""
        cents, direction = self.amount(), self.text("CdtDbtInd")
        if direction not in _SIGNS:
            raise DirectionUnknown(where=self.where, value=shortened(direction))
        return _SIGNS[direction] * cents

    def day(self, tag: str) -> date | None:
        """A date, or the day of an instant. Raises DateUnreadable."""
        text = self.text(f"{tag}/Dt", f"{tag}/DtTm")
        if not text:
            return None
        try:
            return _day_of(text)
        except ValueError as wrong:
            raise DateUnreadable(where=self.where, value=shortened(text)) from wrong


@lru_cache(maxsize=128)
def _day_of(text: str) -> date:
    # A statement has few days and many movements.
    shaped = _DAY.fullmatch(text)
    day = date.fromisoformat(shaped.group(1) if shaped else "")
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError
    return day


def entry_of(element: etree._Element, plan: Plan, rank: int) -> Entry:
    """The Ntry without its details. Raises the refusals of its amount and dates."""
    facts = Facts(element, plan, f", écriture {rank}")
    cents = facts.signed()
    value_on = facts.day("ValDt")
    # BookgDt may be left out: then the value date is the only one the bank gives.
    booked_on = facts.day("BookgDt") or value_on
    if booked_on is None:
        raise FactMissing(where=facts.where, what="la date de l’opération")
    codes = (facts.text("BkTxCd/Domn/Cd"), facts.text("BkTxCd/Domn/Fmly/Cd"), facts.text("BkTxCd/Domn/Fmly/SubFmlyCd"))
    return Entry(
        line=facts.line,
        rank=rank,
        cents=cents,
        is_booked=facts.text("Sts/Cd", "Sts/Prtry", "Sts") not in ("PDNG", "INFO", "FUTR"),
        booked_on=booked_on,
        value_on=value_on,
        operation=("/".join(code for code in codes if code) or facts.text("BkTxCd/Prtry/Cd"))[:20],
        wording=facts.text("AddtlNtryInf"),
        bank_reference=facts.text("AcctSvcrRef")[:35],
        is_reversal=facts.text("RvslInd") in ("true", "1"),
        batch_reference=_one_batch(facts),
    )


def _one_batch(facts: Facts) -> str:
    """Our name of the batch that the entry sums up, else of its file; nothing when it sums up several."""
    for path in ("NtryDtls/Btch/PmtInfId", "NtryDtls/Btch/MsgId"):
        named = set(facts.all(path))
        if named:
            return _given(named.pop())[:35] if len(named) == 1 else ""
    return ""


def detail_of(element: etree._Element, plan: Plan) -> Detail:
    """One TxDtls. Raises AmountUnreadable when its amount is not one."""
    facts = Facts(element, plan)
    direction = facts.text("CdtDbtInd")
    amount = "Amt" if "Amt" in facts.texts else "AmtDtls/TxAmt/Amt"
    cents = facts.amount(amount) if facts.text(amount + "@Ccy") == "EUR" else None
    references = facts.all("RmtInf/Strd/CdtrRefInf/Ref") + facts.all("RmtInf/Strd/CdtrRefInf/CdtrRef")
    structured = next((sound for each in references if (sound := structured_reference(each))), "")
    said = [*facts.all("RmtInf/Ustrd"), *([] if structured else references), facts.text("AddtlTxInf")]
    return Detail(
        line=facts.line,
        cents=cents if cents is None or direction not in _SIGNS else _SIGNS[direction] * cents,
        has_direction=direction in _SIGNS,
        end_to_end_id=_given(facts.text("Refs/EndToEndId"))[:35],
        mandate_reference=_given(facts.text("Refs/MndtId"))[:35],
        structured=structured,
        wording=squeezed(" ".join(said)),
        return_reason=facts.text("RtrInf/Rsn/Cd", "RtrInf/RtrRsn/Cd", "RtrInf/Rsn/Prtry")[:4],
        debtor=_party(facts, "Dbtr"),
        creditor=_party(facts, "Cdtr"),
        bank_reference=facts.text("Refs/AcctSvcrRef", "Refs/TxId", "Refs/InstrId")[:35],
    )


def movements_of(entry: Entry, details: list[Detail], *, account_iban: str, tally: Tally) -> Iterator[Movement]:
    """One movement for each payment of a batch whose amounts make up the entry; otherwise one for the entry."""
    if len(details) <= 1:
        yield _movement(entry, details[0] if details else None, entry.cents, account_iban)
        return
    sign = 1 if entry.cents >= 0 else -1
    amounts = [detail.cents for detail in details if detail.cents is not None]
    signed = [
        cents if detail.has_direction else sign * cents
        for detail, cents in zip(details, amounts, strict=False)
        if len(amounts) == len(details)
    ]
    if sum(signed) != entry.cents or not signed:
        if signed:
            told = f"les {len(details)} paiements détaillés ne font pas le montant de l’écriture, gardée entière."
            tally.remark(entry.line, told)
        yield _movement(entry, None, entry.cents, account_iban)
        return
    for detail, cents in zip(details, signed, strict=True):
        yield _movement(entry, detail, cents, account_iban)


def _movement(entry: Entry, detail: Detail | None, cents: Cents, account_iban: str) -> Movement:
    if detail is None:
        wording = squeezed(entry.wording)
        return Movement(
            line=entry.line,
            entry=entry.rank,
            account_iban=account_iban,
            booked_on=entry.booked_on,
            value_on=entry.value_on,
            amount_cents=cents,
            is_booked=entry.is_booked,
            operation=entry.operation,
            rf_reference=reference_in(wording),
            wording=wording[:_WORDING_LENGTH],
            is_reversal=entry.is_reversal,
            bank_reference=entry.bank_reference,
            entry_reference=entry.bank_reference,
            entry_cents=entry.cents,
            batch_reference=entry.batch_reference,
        )
    wording = squeezed(detail.wording or entry.wording)
    payer = _other_party(detail, cents, account_iban)
    return Movement(
        line=detail.line,
        entry=entry.rank,
        account_iban=account_iban,
        booked_on=entry.booked_on,
        value_on=entry.value_on,
        amount_cents=cents,
        is_booked=entry.is_booked,
        operation=entry.operation,
        end_to_end_id=detail.end_to_end_id,
        mandate_reference=detail.mandate_reference,
        rf_reference=detail.structured or structured_reference(detail.end_to_end_id) or reference_in(wording),
        return_reason=detail.return_reason,
        wording=wording[:_WORDING_LENGTH],
        payer_name=payer.name,
        payer_iban=payer.iban,
        is_reversal=entry.is_reversal or bool(detail.return_reason),
        bank_reference=detail.bank_reference or entry.bank_reference,
        entry_reference=entry.bank_reference,
        entry_cents=entry.cents,
        batch_reference=entry.batch_reference if cents == entry.cents else "",
    )


def _other_party(detail: Detail, cents: Cents, account_iban: str) -> Party:
    """Who is not the landlord. A returned debit keeps the tenant as debtor, though the money leaves."""
    if detail.debtor.iban and detail.debtor.iban == account_iban:
        return detail.creditor
    if detail.creditor.iban and detail.creditor.iban == account_iban:
        return detail.debtor
    return detail.debtor if cents > 0 or detail.return_reason or detail.mandate_reference else detail.creditor


def _party(facts: Facts, role: str) -> Party:
    name = facts.text(f"RltdPties/{role}/Pty/Nm", f"RltdPties/{role}/Nm")
    number = facts.text(f"RltdPties/{role}Acct/Id/IBAN").replace(" ", "").upper()
    return Party(name=squeezed(name)[:140], iban=number if iban_is_sound(number) else "")


def _given(reference: str) -> str:
    return "" if reference.upper() in _NOT_GIVEN else reference
