"""The certificate of a purge: what was ended, by which rule, how many rows, the digest of their ids; no one’s name."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from palier.foundation.clock import PARIS
from palier.foundation.money import grouped
from palier.foundation.periods import day_fr
from palier.foundation.text import impersonal, in_eights
from palier.mail.report import Facts, Grid, Heading, Report, Sender, Text, render_report
from palier.mail.sender import landlord_as_sender
from palier.mail.store import DocumentStore
from palier.privacy.catalogue import CATEGORIES
from palier.retention.models import Erasure, Purge
from palier.retention.operations.ending import Ended
from palier.retention.queries import RuleInForce
from palier.retention.rules.schedule import ACTIONS_FR, STATUSES_FR, TRIGGERS_FR, EndAction
from palier.retention.steps import STEPS


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A certificate: its number, what it says."""

    number: int
    ended: tuple[Ended, ...]


def number_of(number: int) -> str:
    """As printed: « CE-000012 »."""
    return f"CE-{number:06d}"


def certify(
    purge: Purge,
    *,
    rules: Mapping[str, RuleInForce],
    held: Mapping[str, int],
    set_aside: int,
    store: DocumentStore,
    at: datetime,
) -> Issued:
    """Give the purge its number, its data and its PDF, and close it. `set_aside`: leases that entered the archive.

    Raises LandlordNotDescribed, DiskFull."""
    sender = landlord_as_sender()
    latest = Purge.objects.exclude(number=None).order_by("-number").values_list("number", flat=True).first()
    number = (latest or 0) + 1
    ended = _ended(purge, held)
    data = _data(number, purge, ended, rules, set_aside, sender, at)
    pdf = render_report(_report(number, purge, ended, rules, set_aside, sender, at))
    Purge.objects.filter(pk=purge.pk).update(
        number=number,
        finished_at=at,
        data=data,
        data_sha256=sha256(data).hexdigest(),
        pdf_sha256=store.keep(pdf),
    )
    return Issued(number=number, ended=ended)


def _ended(purge: Purge, held: Mapping[str, int]) -> tuple[Ended, ...]:
    """One line a step: the digest of a step is that of the digests of its blocks, in their order."""
    blocks: dict[str, list[tuple[str, int, str]]] = defaultdict(list)
    rows = Erasure.objects.filter(purge=purge).order_by("step", "rank")
    for step, action, count, digest in rows.values_list("step", "action", "row_count", "ids_sha256"):
        blocks[step].append((action, count, digest))
    return tuple(
        Ended(
            step=step,
            action=EndAction(blocks[step.name][-1][0]),
            rows=sum(count for _, count, _ in blocks[step.name]),
            held=held[step.name],
            ids_sha256=sha256("\n".join(digest for _, _, digest in blocks[step.name]).encode()).hexdigest(),
        )
        for step in STEPS
        if step.name in blocks
    )


def _data(
    number: int,
    purge: Purge,
    ended: Iterable[Ended],
    rules: Mapping[str, RuleInForce],
    set_aside: int,
    sender: Sender,
    at: datetime,
) -> bytes:
    lines = [
        {
            "category": rules[each.step.rule].rule.category,
            "rule": each.step.rule,
            "months": rules[each.step.rule].rule.months,
            "table": each.step.name,
            "action": each.action.value,
            "rows": each.rows,
            "held": each.held,
            "ids_sha256": each.ids_sha256,
        }
        for each in ended
    ]
    certificate = {
        "certificate": number_of(number),
        "landlord": sender.name,
        "day": purge.day.isoformat(),
        "issued_at": at.isoformat(),
        "rows": sum(each.rows for each in ended),
        "held": sum(each.held for each in ended),
        "leases_set_aside": set_aside,
        "lines": lines,
    }
    return json.dumps(certificate, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode("utf-8")


def _report(
    number: int,
    purge: Purge,
    ended: tuple[Ended, ...],
    rules: Mapping[str, RuleInForce],
    set_aside: int,
    sender: Sender,
    at: datetime,
) -> Report:
    total, held = sum(each.rows for each in ended), sum(each.held for each in ended)
    return Report(
        number=number_of(number),
        title="Certificat de fin de conservation",
        subtitle=f"Données échues le {day_fr(purge.day)}",
        issued_on=at.astimezone(PARIS).date(),
        sender=sender,
        blocks=(
            Text(
                "Les données dont la durée de conservation était finie ce jour-là ont été effacées ou rendues "
                "anonymes. Ce certificat ne nomme personne."
            ),
            Facts(
                (
                    ("Lignes terminées", grouped(total)),
                    ("Lignes échues mais retenues", grouped(held)),
                    ("Baux entrés en archive intermédiaire", grouped(set_aside)),
                    ("Règlement", "RGPD, article 5-1-e : limitation de la conservation"),
                )
            ),
            Heading("Ce qui a été terminé"),
            _what_ended(ended, rules),
            Heading("Les durées appliquées"),
            _durations_applied(ended, rules),
            Heading("Empreintes"),
            Text(
                "Pour chaque table, l’empreinte SHA-256 de la liste des numéros de lignes. Elle prouve, sans les dire, "
                "quelles lignes ont été terminées."
            ),
            Facts(tuple((each.step.label, in_eights(each.ids_sha256)) for each in ended)),
        ),
    )


def _what_ended(ended: tuple[Ended, ...], rules: Mapping[str, RuleInForce]) -> Grid:
    return Grid(
        columns=("Catégorie", "Données", "Fin", "Lignes", "Retenues"),
        rows=tuple(
            (
                _category(rules[each.step.rule].rule.category),
                each.step.label,
                ACTIONS_FR[each.action],
                grouped(each.rows),
                grouped(each.held),
            )
            for each in ended
        ),
        widths=(4, 6, 4, 2, 2),
        figures=frozenset({3, 4}),
    )


def _durations_applied(ended: tuple[Ended, ...], rules: Mapping[str, RuleInForce]) -> Grid:
    used = [rules[code].rule for code in rules if any(each.step.rule == code for each in ended)]
    return Grid(
        columns=("Règle", "À compter de", "Mois", "Fondement", "État"),
        rows=tuple(
            (rule.label, TRIGGERS_FR[rule.trigger], grouped(rule.months), rule.basis, STATUSES_FR[rule.status])
            for rule in used
        ),
        widths=(4, 4, 1, 6, 2),
        figures=frozenset({2}),
    )


def _category(code: str) -> str:
    return impersonal(CATEGORIES[code].label)
