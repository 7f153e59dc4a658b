"""`palier bench notices`: how many notices one core prints in a second, by the product's own path.

Synthetic notices, all different: freeze the data, make the code, print, take the digest, keep in the store. Other work
on the machine slows everything: a page with one letter, printed at the same time, gives the unit to compare with.
"""

import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path

import typst
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from palier.bench.memory import peak_rss_mb
from palier.foundation.money import prorata
from palier.foundation.periods import Month
from palier.mail.address import PostalAddress, postal_lines
from palier.mail.glyphs import FONTS
from palier.mail.notice import (
    AccountStrip,
    Code,
    Contact,
    Debit,
    Delivery,
    Dwelling,
    Landlord,
    Line,
    Notice,
    Payment,
    Received,
    Recipient,
    Transfer,
)
from palier.mail.payment_code import rf_reference
from palier.mail.render import render
from palier.mail.store import DocumentStore
from palier.mail.store.packs import sealed

# What the product's own job keeps at once: one wait for the disk a batch.
_BATCH = 250
_WARM_UP = 20
_EMPTY_EVERY = 10

_MONTH = Month(2026, 11)
_LANDLORD = Landlord(
    name="Habitat du Val Serein",
    form="office public de l’habitat imaginaire",
    address=("1 place du Modèle", "00000 Villefictive"),
    siret="000 000 000 00000",
)
_FIRST_NAMES = ("Camille", "Dominique", "Alix", "Noé", "Zoé", "Élie", "Sacha", "Ngọc", "Łukasz", "Ayşe", "Inès", "Ève")
_LAST_NAMES = ("Exemple", "Spécimen", "Prototype", "Maquette", "Gabarit", "Échantillon", "Modèle", "Nguyễn", "Öztürk")
_STREETS = ("rue des Échantillons", "avenue de la Fiction", "place du Modèle", "boulevard du Général de la Fiction")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesBench:
    """Figures of one run, of one process on one core. CPU and wall times in milliseconds a document."""

    documents: int
    documents_per_second_per_core: float
    documents_per_second_wall: float
    cpu_ms_per_document: float
    quietest_cpu_ms_per_document: float
    empty_page_cpu_ms: float
    ratio_to_empty_page: float
    bytes_per_document: int
    peak_rss_mb: int


def run(count: int, *, folder: Path | None = None, seed: int = 2026) -> NoticesBench:
    """Print `count` synthetic notices in this process and keep them in `folder` (a temporary one by default)."""
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="palier-bench-") as made:
            return run(count, folder=Path(made), seed=seed)
    notices = synthetic_notices(seed)
    for notice in islice(notices, _WARM_UP):
        render(notice)
    empty = _EmptyPage()
    store, secret = DocumentStore(folder), AESGCM.generate_key(256)
    slices: list[float] = []
    documents = total_bytes = 0
    started_wall, empty_wall = time.perf_counter(), 0.0
    while documents < count:
        batch = list(islice(notices, min(_BATCH, count - documents)))
        started = time.process_time()
        printed = [render(notice).pdf for notice in batch]
        # Under a secret of the bench: it needs no installation.
        store.deposit(printed, wrap=lambda key: sealed(key, secret, ""))
        slices.append((time.process_time() - started) / len(batch))
        documents += len(batch)
        total_bytes += sum(map(len, printed))
        before_empty = time.perf_counter()
        empty.print_some(len(batch) // _EMPTY_EVERY + 1)
        empty_wall += time.perf_counter() - before_empty
    wall = time.perf_counter() - started_wall - empty_wall
    cpu = sum(slices) / len(slices)
    return NoticesBench(
        documents=documents,
        documents_per_second_per_core=round(1 / cpu, 1),
        documents_per_second_wall=round(documents / wall, 1),
        cpu_ms_per_document=round(1000 * cpu, 2),
        quietest_cpu_ms_per_document=round(1000 * min(slices), 2),
        empty_page_cpu_ms=round(1000 * empty.cpu_seconds, 2),
        ratio_to_empty_page=round(cpu / empty.cpu_seconds, 2),
        bytes_per_document=total_bytes // documents,
        peak_rss_mb=peak_rss_mb(),
    )


class _EmptyPage:
    """The cost of a page with one letter, same standards, same font: what the machine gives at that moment."""

    def __init__(self) -> None:
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
        self._compiler = typst.Compiler(font_paths=fonts)
        self._spent = 0.0
        self._printed = 0

    def print_some(self, times: int) -> None:
        for _ in range(times):
            self._printed += 1
            source = f'#set document(title: "{self._printed}", date: auto)\n#set text(lang: "fr", font: "Inter")\nx'
            started = time.process_time()
            self._compiler.compile(
                input=source.encode(),
                format="pdf",
                pdf_standards=["a-3a", "ua-1"],
                timestamp=datetime(2026, 11, 12, 12, tzinfo=UTC),
            )
            self._spent += time.process_time() - started

    @property
    def cpu_seconds(self) -> float:
        return self._spent / self._printed


def synthetic_notices(seed: int) -> Iterator[Notice]:
    """Notices without end, all different, the same for the same seed: five to seven lines, transfer or debit."""
    chance = random.Random(seed)
    rank = 0
    while True:
        rank += 1
        yield _notice(chance, rank)


def _notice(chance: random.Random, rank: int) -> Notice:
    first = _MONTH.first_day if chance.random() < 0.95 else _MONTH.first_day + timedelta(days=chance.randrange(1, 28))
    lines = _lines(chance, first)
    total = sum(line.amount_cents for line in lines)
    name = f"{chance.choice(('Mme', 'M.'))} {chance.choice(_FIRST_NAMES)} {chance.choice(_LAST_NAMES)}"
    flat, number, street = chance.randrange(1, 400), chance.randrange(1, 150), chance.choice(_STREETS)
    debited = chance.random() < 0.4
    account = f"DEMO-{rank:07d}"
    return Notice(
        number=f"AE-2026-11-{rank:06d}",
        month=_MONTH,
        first_day=first,
        last_day=_MONTH.last_day,
        term="échu",
        contract="bail",
        issued_on=date(2026, 11, 12),
        due_on=_MONTH.last_day,
        landlord=_LANDLORD,
        recipient=Recipient(
            address=postal_lines(
                PostalAddress(
                    name=name, unit=f"Appartement {flat}", building="Résidence Les Spécimens bâtiment B",
                    number=str(number), street=street, postcode="00000", town="Villefictive",
                )
            )
        ),
        tenants=(name,),
        dwelling=Dwelling(lease=account, summary=f"T3 n° {flat}, 2e étage, {number} {street}, 00000 Villefictive"),
        contact=Contact(telephone="01 00 00 00 00", hours="lundi à vendredi, 9 h à 17 h"),
        portal="espace.valserein.example",
        delivery=Delivery(channel="papier", agreed_on=None),
        lines=lines,
        total_cents=total,
        account=_account(chance, total, "prélèvement" if debited else "virement"),
        payment=Payment(
            reference=rf_reference(account),
            transfer=Transfer(holder="Habitat du Val Serein", iban="FR7600000000000000000000097", bic=None),
            debit=Debit(on=date(2026, 12, 7), mandate=f"DEMO{rank:07d}M01", creditor="FR00ZZZ000000", iban_end="0097")
            if debited
            else None,
        ),
    )  # fmt: skip


def _lines(chance: random.Random, first: date) -> tuple[Line, ...]:
    days = (_MONTH.last_day - first).days + 1
    part = "" if days == _MONTH.days else f"du {first.day} au {_MONTH.days} : {days} jours sur {_MONTH.days}"

    def prorated(code: Code, label: str, reason: str, monthly: int) -> Line:
        inputs = {"amount_cents": monthly, "days": days, "of": _MONTH.days, "first": first.day}
        cents = prorata(monthly, days=days, of=_MONTH.days)
        return Line(
            code=code, label=label, reason=part or reason, rule="rent-line/1", inputs=inputs, amount_cents=cents
        )

    surface, price = chance.randrange(2800, 9800), chance.randrange(480, 790)
    sum_told = f"{surface // 100},{surface % 100:02d} m² × {price // 100},{price % 100:02d} € le m²"
    rent = prorated("loyer", "Loyer du logement", sum_told, surface * price // 100)
    lines = [
        rent,
        prorated("annexe", f"Parking n° {chance.randrange(1, 90)}", "prix fixe par mois", chance.randrange(1500, 6000)),
        prorated("provision", "Avance eau", "avance, comptes faits chaque année", chance.randrange(1000, 4000)),
        prorated("provision", "Avance chauffage", "avance, comptes faits chaque année", chance.randrange(3000, 9000)),
        prorated("provision", "Avance communs", "avance, comptes faits chaque année", chance.randrange(900, 5000)),
    ]
    if chance.random() < 0.5:
        lines += _deductions(chance, rent)
    return tuple(lines)


def _deductions(chance: random.Random, rent: Line) -> tuple[Line, Line]:
    apl, rls = -chance.randrange(5000, 25000), -chance.randrange(2957, 5500)
    whole = {"days": _MONTH.days, "of": _MONTH.days, "first": 1}
    return (
        Line(
            code="apl", label="APL versée par la CAF", reason="elle nous est payée pour vous", rule="rent-line/1",
            inputs={"amount_cents": apl, **whole}, amount_cents=apl,
        ),
        Line(
            code="rls", label="Réduction de loyer (RLS)", reason="zone 2, couple et 1 enfant", rule="rent-line/1",
            inputs={"amount_cents": rls, "cap_cents": rent.amount_cents, **whole},
            amount_cents=max(rls, -rent.amount_cents),
        ),
    )  # fmt: skip


def _account(chance: random.Random, total: int, means: str) -> AccountStrip:
    before = chance.choice((0, chance.randrange(20000, 70000)))
    paid = before if chance.random() < 0.8 else before // 2
    on = date(2026, 11, chance.randrange(2, 11))
    return AccountStrip(
        before_on=date(2026, 10, 15),
        before_cents=before,
        payments=(Received(on=on, means=means, amount_cents=paid),) if paid else (),
        payments_cents=paid,
        late_cents=before - paid,
        due_cents=before - paid + total,
    )
