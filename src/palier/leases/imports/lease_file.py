"""Palier's own lease file: one row a lease, with its holder, a co-holder, its monthly amounts and its dates."""

from bisect import insort
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from palier.foundation.money import euros_fr
from palier.foundation.tabular.checking import Checking
from palier.foundation.tabular.header import require_columns
from palier.foundation.tabular.records import Record, Table
from palier.foundation.text import fold

EXPECTED = ("code_residence", "batiment", "porte", "nom", "prenom", "debut", "loyer")
# Kinds of terms, by column, with the label printed on the notice.
TERM_COLUMNS = {
    "loyer": ("RENT", "Loyer du logement"),
    "annexe": ("ANNEX", "Annexe"),
    "provision_eau": ("PROVISION_WATER", "Avance eau"),
    "provision_chauffage": ("PROVISION_HEATING", "Avance chauffage"),
    "provision_communs": ("PROVISION_COMMON", "Avance parties communes"),
    "economies_energie": ("ENERGY_WORKS", "Économies d’énergie"),
}
COLUMNS = (
    "code_residence",
    "batiment",
    "escalier",
    "porte",
    "reference_bail",
    "civilite",
    "nom",
    "prenom",
    "date_naissance",
    "co_civilite",
    "co_nom",
    "co_prenom",
    "co_date_naissance",
    "debut",
    "fin",
    *TERM_COLUMNS,
    "depot_garantie",
    "mode_paiement",
    "adultes",
    "personnes_a_charge",
    "couple",
    "telephone",
    "courriel",
    "accord_en_ligne",
)
TITLES = {"mme": "MME", "madame": "MME", "m.": "M", "m": "M", "monsieur": "M"}
PAYMENT_MODES = {
    "prélèvement": "PRELEVEMENT",
    "prelevement": "PRELEVEMENT",
    "virement": "VIREMENT",
    "chèque": "CHEQUE",
    "cheque": "CHEQUE",
    "espèces": "ESPECES",
    "especes": "ESPECES",
    "carte": "CARTE",
}
FIRST_DAY, LAST_DAY = date(1945, 1, 1), date(2100, 12, 31)
OLDEST_BIRTH = date(1900, 1, 1)
# The law that lets a quittance be sent otherwise than on paper (loi du 24 mars 2014, in force on the 27th).
FIRST_AGREEMENT = date(2014, 3, 27)
# 20,000 € a month: beyond it a rent is a slip of the keyboard.
HIGHEST_AMOUNT_CENTS = 2_000_000
UNUSUAL_RENT_CENTS = 200_000
FOR_EVER = date.max

DwellingKey: TypeAlias = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """A person named by a lease."""

    title: str
    last_name: str
    first_name: str
    birth_date: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """One monthly amount, in cents."""

    kind: str
    label: str
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdFacts:
    """Who lives there, by number."""

    adults: int
    dependants: int
    is_couple: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseFacts:
    """One lease of the file. Amounts in cents a month; `ends_on` is the last day, included; no mode = not said."""

    dwelling: DwellingKey
    reference: str
    holder: Tenant
    coholder: Tenant | None
    starts_on: date
    ends_on: date | None
    amounts: tuple[Amount, ...]
    deposit_cents: int
    payment_mode: str
    household: HouseholdFacts | None
    phone: str
    email: str
    # The day its holders agreed to have notices and receipts online, in the former system; None: paper.
    agreed_on: date | None

    @property
    def rent_cents(self) -> int:
        return next(amount.cents for amount in self.amounts if amount.kind == "RENT")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLease:
    """A lease that the database already holds on a dwelling. `amounts`: every (kind, cents) it has had, in order."""

    id: int
    reference: str
    starts_on: date
    ends_on: date | None
    payment_mode: str
    holder: str
    amounts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDwelling:
    """A dwelling that a lease can name, with its leases."""

    id: int
    residence_id: int
    nature: str
    leases: Sequence[KnownLease]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseReading:
    """A record and what was made of it: a lease (with its twin in the database), or only remarks."""

    record: Record
    checking: Checking
    lease: LeaseFacts | None
    dwelling: KnownDwelling | None
    twin: KnownLease | None


@dataclass(frozen=True, slots=True, order=True)
class _Span:
    first: date
    last: date
    line: int


@dataclass(slots=True)
class LeaseReader:
    """Reads the leases of one file, in order, against the dwellings and leases already known."""

    table: Table
    dwelling_of: Callable[[DwellingKey], KnownDwelling | None]
    references: Collection[str]
    # An agreement is written once it is given: none is of a day to come.
    on: date
    _spans: dict[DwellingKey, list[_Span]] = field(default_factory=dict)
    _references: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_columns(self.table.columns, EXPECTED)

    def readings(self) -> Iterator[LeaseReading]:
        for record in self.table.records:
            checking = Checking(record)
            lease = _lease(checking, on=self.on)
            dwelling = self.dwelling_of(lease.dwelling)
            if dwelling is None and all(lease.dwelling):
                checking.refuse("porte", f"logement inconnu : résidence {', '.join(lease.dwelling)}")
            twin = None
            if dwelling is not None and not checking.is_refused:
                twin = next((known for known in dwelling.leases if known.starts_on == lease.starts_on), None)
                self._check_against_known(checking, lease, dwelling, twin)
                self._check_against_file(checking, lease)
            if checking.is_refused or dwelling is None:
                yield LeaseReading(record=record, checking=checking, lease=None, dwelling=None, twin=None)
                continue
            insort(self._spans.setdefault(lease.dwelling, []), _span(lease, record.line))
            if lease.reference:
                self._references[lease.reference] = record.line
            yield LeaseReading(record=record, checking=checking, lease=lease, dwelling=dwelling, twin=twin)

    def _check_against_known(
        self, checking: Checking, lease: LeaseFacts, dwelling: KnownDwelling, twin: KnownLease | None
    ) -> None:
        if twin is not None:
            _check_twin(checking, lease, twin)
        elif lease.reference in self.references:
            checking.refuse("reference_bail", "cette référence est déjà celle d’un autre bail")
        for known in dwelling.leases:
            if known is twin:
                continue
            if known.starts_on <= (lease.ends_on or FOR_EVER) and lease.starts_on <= (known.ends_on or FOR_EVER):
                until = f"jusqu’au {known.ends_on:%d/%m/%Y}" if known.ends_on else "sans date de fin"
                checking.refuse(
                    "debut",
                    f"le bail {known.reference} occupe déjà ce logement depuis le {known.starts_on:%d/%m/%Y}, {until}",
                )

    def _check_against_file(self, checking: Checking, lease: LeaseFacts) -> None:
        mine = _span(lease, checking.record.line)
        for span in self._spans.get(lease.dwelling, ()):
            if span.first <= mine.last and mine.first <= span.last:
                checking.refuse("debut", f"ce bail en recouvre un autre du même fichier, ligne {span.line}")
        if lease.reference in self._references:
            line = self._references[lease.reference]
            checking.refuse("reference_bail", f"référence déjà donnée à la ligne {line} du même fichier")


def is_updated(lease: LeaseFacts, twin: KnownLease) -> bool:
    """Whether the file brings to a known lease what may change by file: its end, its means of payment."""
    ends = lease.ends_on is not None and lease.ends_on != twin.ends_on
    return ends or lease.payment_mode not in {"", twin.payment_mode}


def _check_twin(checking: Checking, lease: LeaseFacts, twin: KnownLease) -> None:
    """A file never rewrites the past of a known lease: its holder and its amounts change by an act, with its date."""
    if known_name(lease.holder.last_name, lease.holder.first_name) != twin.holder:
        checking.refuse("nom", "le bail de ce logement à cette date est au nom d’une autre personne")
    if lease.reference and lease.reference != twin.reference:
        checking.refuse("reference_bail", f"ce bail porte déjà la référence {twin.reference}")
    columns = {kind: column for column, (kind, _) in TERM_COLUMNS.items()}
    for amount in lease.amounts:
        held = [cents for kind, cents in twin.amounts if kind == amount.kind]
        if amount.cents not in held:
            told = euros_fr(held[-1]) if held else "aucun montant"
            checking.refuse(columns[amount.kind], f"le bail connu porte {told} : un montant change par une révision")


def known_name(last_name: str, first_name: str) -> str:
    """The name by which a holder is compared, whatever its capitals and accents."""
    return fold(f"{last_name} {first_name}")


def _span(lease: LeaseFacts, line: int) -> _Span:
    return _Span(lease.starts_on, lease.ends_on or FOR_EVER, line)


def _lease(checking: Checking, *, on: date) -> LeaseFacts:
    key = (
        checking.text("code_residence", longest=20),
        checking.text("batiment", longest=10),
        checking.text("escalier", required=False, longest=10) or "1",
        checking.text("porte", longest=20),
    )
    starts_on = checking.day("debut", first=FIRST_DAY, last=LAST_DAY)
    ends_on = checking.day("fin", first=FIRST_DAY, last=LAST_DAY, required=False)
    if starts_on and ends_on and ends_on < starts_on:
        checking.refuse("fin", f"le bail finirait avant de commencer, le {starts_on:%d/%m/%Y}")
    holder = _tenant(checking, "", starts_on)
    has_coholder = any(checking.record.raw(f"co_{name}") for name in ("nom", "prenom", "date_naissance"))
    return LeaseFacts(
        dwelling=key,
        reference=checking.text("reference_bail", required=False, longest=20),
        holder=holder,
        coholder=_tenant(checking, "co_", starts_on) if has_coholder else None,
        starts_on=starts_on or FIRST_DAY,
        ends_on=ends_on,
        amounts=_amounts(checking),
        deposit_cents=checking.cents("depot_garantie", required=False, most=HIGHEST_AMOUNT_CENTS) or 0,
        payment_mode=checking.choice("mode_paiement", PAYMENT_MODES, required=False),
        household=_household(checking),
        phone=phone_in(checking),
        email=email_in(checking),
        agreed_on=checking.day("accord_en_ligne", first=FIRST_AGREEMENT, last=on, required=False),
    )


def _tenant(checking: Checking, prefix: str, starts_on: date | None) -> Tenant:
    column = f"{prefix}date_naissance"
    birth = checking.day(column, first=OLDEST_BIRTH, last=LAST_DAY, required=False)
    if birth and starts_on and birth >= starts_on:
        checking.refuse(column, "naissance après le début du bail")
    elif birth and starts_on and (starts_on.year - birth.year) < 16:
        checking.warn(column, "moins de 16 ans au début du bail : à vérifier")
    return Tenant(
        title=checking.choice(f"{prefix}civilite", TITLES, required=False),
        last_name=checking.text(f"{prefix}nom", longest=80),
        first_name=checking.text(f"{prefix}prenom", longest=80),
        birth_date=birth,
    )


def _amounts(checking: Checking) -> tuple[Amount, ...]:
    amounts = []
    for column, (kind, label) in TERM_COLUMNS.items():
        cents = checking.cents(column, required=kind == "RENT", most=HIGHEST_AMOUNT_CENTS)
        if cents:
            amounts.append(Amount(kind=kind, label=label, cents=cents))
        elif cents == 0 and kind == "RENT":
            checking.refuse(column, "un loyer ne peut pas être nul")
        if cents and kind == "RENT" and cents > UNUSUAL_RENT_CENTS:
            checking.warn(column, "plus de 2 000 € par mois : à vérifier")
    return tuple(amounts)


def _household(checking: Checking) -> HouseholdFacts | None:
    adults = checking.optional_whole("adultes", least=1, most=20)
    dependants = checking.optional_whole("personnes_a_charge", least=0, most=20)
    is_couple = checking.flag("couple")
    if adults is None:
        if dependants is not None:
            checking.refuse("adultes", "cellule vide alors que des personnes à charge sont données")
        return None
    if is_couple and adults < 2:
        checking.refuse("couple", "un couple compte au moins deux adultes")
    return HouseholdFacts(adults=adults, dependants=dependants or 0, is_couple=is_couple)


def phone_in(checking: Checking) -> str:
    """The number of the column `telephone`, digits alone; empty when there is none."""
    written = checking.text("telephone", required=False, longest=30)
    digits = "".join(character for character in written if character.isdigit() or character == "+")
    if written and not (digits.lstrip("+").isdigit() and 9 <= len(digits) <= 16):
        checking.refuse("telephone", "ce n’est pas un numéro de téléphone")
    return digits


def email_in(checking: Checking) -> str:
    """The address of the column `courriel`; empty when there is none."""
    written = checking.text("courriel", required=False, longest=120)
    name, at, domain = written.partition("@")
    if written and not (name and at and "." in domain and " " not in written and domain.count("@") == 0):
        checking.refuse("courriel", "ce n’est pas une adresse de courriel")
    return written
