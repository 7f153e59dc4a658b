"""Reading the elements of one demande: what each says, or why it cannot be, with its line."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from lxml import etree

from palier.demandes.imports.codes import EXPECTED, LISTS, NAMESPACE
from palier.demandes.rules.identity import FIRST_BIRTH, visible, written_name
from palier.foundation.errors import Refusal
from palier.foundation.money import cents_from_decimal, shortened
from palier.foundation.tabular.checking import Remark, Severity

_PREFIX = f"{{{NAMESPACE}}}"
_SKIP = len(_PREFIX)
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T[\d:.]{5,18})?(?:Z|[+-]\d{2}:\d{2})?")
_AMOUNT = re.compile(r"(\d{1,9})(?:[.,](\d{1,6}))?")
_COUNT = re.compile(r"\d{1,4}(?:[.,]\d{1,6})?")
_CENTS_DIGITS = 2
_LONGEST_CODE = 20


class Reader:
    """Reads one demande; what is wrong refuses it, what is odd is told."""

    def __init__(self, record: int, line: int) -> None:
        self.record = record
        self.line = line
        self.remarks: list[Remark] = []
        self.unknown: list[str] = []
        self.is_refused = False

    def refuse(self, element: etree._Element | None, column: str, value: str, reason: str) -> None:
        """Refuse the whole demande."""
        self.is_refused = True
        self._remark(element, column, value, reason, Severity.HARD)

    def tell(self, element: etree._Element | None, column: str, value: str, reason: str) -> None:
        """Say something odd that stops nothing."""
        self._remark(element, column, value, reason, Severity.SOFT)

    def children(
        self, element: etree._Element | None, kind: str, *, prefix: str = _PREFIX
    ) -> dict[str, etree._Element]:
        """The children by name, the first of each. Those of another namespace are not the format's."""
        found: dict[str, etree._Element] = {}
        if element is None:
            return found
        expected, skip = EXPECTED[kind], len(prefix)
        for child in element:
            tag = child.tag
            if not tag.startswith(prefix):
                continue
            name = tag[skip:]
            if name not in expected:
                self.tell(child, name, "", f"élément inconnu dans « {kind} » : il n’est pas lu.")
            elif name not in found:
                found[name] = child
        return found

    def text(self, children: dict[str, etree._Element], name: str, *, longest: int) -> str:
        """The text on one line; refused beyond `longest` characters."""
        element = children.get(name)
        if element is None or not element.text:
            return ""
        told = visible(element.text)
        if len(told) > longest:
            self.refuse(element, name, told, f"texte trop long : {longest} caractères au plus.")
            return ""
        return told

    def name(self, children: dict[str, etree._Element], name: str, *, longest: int) -> str:
        """A name as letters print it; refused like at the counter."""
        if not (told := self.text(children, name, longest=longest)):
            return ""
        try:
            return written_name(told)
        except Refusal as refusal:
            self.refuse(children[name], name, told, str(refusal))
            return ""

    def day(
        self, children: dict[str, etree._Element], name: str, *, last: date, first: date = FIRST_BIRTH
    ) -> date | None:
        """A day, or a day with its hour."""
        element = children.get(name)
        told = (element.text or "").strip() if element is not None else ""
        if not told:
            return None
        found = _DAY.fullmatch(told)
        try:
            day = date.fromisoformat(found.group(1)) if found else None
        except ValueError:
            day = None
        if day is None:
            self.refuse(element, name, told, "cette date n’existe pas : elle s’écrit AAAA-MM-JJ.")
        elif not first <= day <= last:
            self.refuse(element, name, told, "date impossible : trop ancienne, ou dans l’avenir.")
        return day

    def cents(self, children: dict[str, etree._Element], name: str) -> int | None:
        """An amount in euros, as cents."""
        element = children.get(name)
        told = (element.text or "").strip() if element is not None else ""
        if not told:
            return None
        found = _AMOUNT.fullmatch(told)
        if found is None:
            self.refuse(element, name, told, "ce n’est pas un montant en euros.")
            return None
        euros, rest = found.groups("")
        if len(rest) <= _CENTS_DIGITS:
            return int(euros) * 100 + int(f"{rest:0<2}")
        return cents_from_decimal(Decimal(told.replace(",", ".")))

    def count(self, children: dict[str, etree._Element], name: str, *, most: int) -> int | None:
        """A whole number; a part of one is rounded."""
        element = children.get(name)
        told = (element.text or "").strip() if element is not None else ""
        if not told:
            return None
        if not _COUNT.fullmatch(told) or (number := int(Decimal(told.replace(",", ".")) + Decimal("0.5"))) > most:
            self.refuse(element, name, told, f"ce n’est pas un nombre entre 0 et {most}.")
            return None
        return number

    def code(self, children: dict[str, etree._Element], name: str) -> str:
        """What the code of a list is here; "" when there is none, or when it is not known: it is then kept and told."""
        element = children.get(name)
        told = (element.get("code") or "").strip() if element is not None else ""
        if not told:
            return ""
        meaning = LISTS[name].get(told)
        if meaning is None:
            self.keep_unknown(element, name, told)
            return ""
        return meaning

    def keep_unknown(self, element: etree._Element | None, name: str, told: str) -> None:
        """Keep and tell a code that no list here knows; one too long to be a code refuses the demande."""
        if len(told) > _LONGEST_CODE:
            self.refuse(element, name, told, f"code trop long : {_LONGEST_CODE} caractères au plus.")
            return
        self.unknown.append(f"{name}={told}")
        self.tell(element, name, told, "code inconnu de la liste : gardé tel quel, à préciser avec le demandeur.")

    def items(self, children: dict[str, etree._Element], name: str, item: str) -> Iterable[etree._Element]:
        """The elements of a list, which may be absent or empty."""
        return () if (holder := children.get(name)) is None else holder.iterchildren(_PREFIX + item)

    def _remark(self, element: etree._Element | None, column: str, value: str, reason: str, severity: Severity) -> None:
        line = (element.sourceline if element is not None else None) or self.line
        self.remarks.append(
            Remark(
                record=self.record,
                line=line,
                column=column,
                value=shortened(value),
                reason=reason,
                severity=severity,
            )
        )
