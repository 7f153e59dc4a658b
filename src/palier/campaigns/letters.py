"""The letter of a revision: the new rent, and how it was found, in sentences that hold before a judge."""

from dataclasses import dataclass
from datetime import date

from palier.campaigns.queries.revision import RevisedLease, RevisionRow
from palier.estate.rules import highest_rent_on, indexing
from palier.foundation.money import decimal_fr, euros_fr
from palier.foundation.periods import day_fr
from palier.mail.report import Block, Facts, Heading, Items, Report, Sender, Text
from palier.quittancement.rules.revision import revised_rent, revision_percent

_LIMITS = {
    "CONVENTION": "Le maximum de la convention passée avec l’État pour votre logement arrête la hausse à ce montant.",
    "ABOVE": "Votre loyer est déjà au maximum de la convention passée avec l’État : il ne change pas.",
    "LATER": "Un autre loyer est déjà fixé pour votre bail : il ne change pas par cette révision.",
    "FROZEN": "Vous avez demandé que vos données ne changent pas : votre loyer reste le même.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What every letter of a campaign carries: its number, who writes and how to answer, to whom, on which day."""

    number: str
    on: date
    sender: Sender
    reach: str
    address: tuple[str, ...]
    reference: str
    holders: str
    # « PROJET » on a letter that nobody receives.
    stamp: str = ""

    def report(
        self, *, title: str, blocks: tuple[Block, ...], sheets: tuple[Block, ...] = (), subtitle: str = ""
    ) -> Report:
        """The letter: its salutation, what it says, how to reach the landlord; then the sheets that go with it."""
        return Report(
            number=self.number,
            title=title,
            subtitle=subtitle,
            issued_on=self.on,
            sender=self.sender,
            stamp=self.stamp,
            recipient=self.address,
            blocks=(Text("Madame, Monsieur,"), *blocks, Text(self.reach), *sheets),
        )

    @property
    def whose(self) -> tuple[tuple[str, str], ...]:
        """The lease and its holders, at the head of the facts."""
        return (("Bail", self.reference), ("Titulaires", self.holders))


def revision_letter(*, revision: RevisionRow, lease: RevisedLease, envelope: Envelope) -> Report:
    """The letter of one lease."""
    effect = day_fr(revision.effective_on)
    return envelope.report(
        title=f"Votre loyer au {effect}",
        blocks=(
            Text(_opening(revision, lease)),
            Facts(
                (
                    *envelope.whose,
                    ("Loyer principal aujourd’hui", f"{euros_fr(lease.before_cents)} par mois"),
                    (f"Loyer principal au {effect}", f"{euros_fr(lease.after_cents)} par mois"),
                    ("Indice", f"IRL du 2e trimestre {revision.year - 1}, {decimal_fr(revision.irl_new)}"),
                    (
                        "Indice de référence",
                        f"IRL du 2e trimestre {revision.year - 2}, {decimal_fr(revision.irl_reference)}",
                    ),
                )
            ),
            Heading("Comment c’est calculé"),
            Items(explanation(revision, lease)),
            Text("Les charges et les annexes ne sont pas concernées par cette révision."),
        ),
    )


def explanation(revision: RevisionRow, lease: RevisedLease) -> tuple[str, ...]:
    """Why this rent, sentence by sentence: the text, the vote, the sum, what limited it."""
    indices = f"{decimal_fr(revision.irl_new)} au 2e trimestre {revision.year - 1}"
    before = f"{decimal_fr(revision.irl_reference)} au 2e trimestre {revision.year - 2}"
    percent = decimal_fr(revision_percent(reference=revision.irl_reference, new=revision.irl_new))
    sentences = [
        (
            "La loi permet à l’organisme de réviser le loyer chaque 1er janvier, dans la limite de l’indice de "
            "référence des loyers (CCH, art. L442-1)."
        ),
        f"Cet indice, publié par l’Insee, est de {indices}, contre {before} : {percent} %.",
    ]
    if revision.voted_percent is not None:
        voted = decimal_fr(revision.voted_percent)
        sentences.append(f"L’organisme a voté une révision de {voted} %.")
    worked = _worked(revision, lease)
    if revision.derogation_reference:
        sentences.append(f"Une dérogation le permet : {revision.derogation_reference}.")
    if lease.limit == "NONE" and revision.irl_new < revision.irl_reference and lease.after_cents == lease.before_cents:
        sentences.append("L’indice baisse : il ne permet aucune hausse, et votre loyer ne change pas.")
    elif lease.limit == "NONE":
        sentences.append(f"{worked} = {euros_fr(lease.after_cents)}, arrondi au centime.")
    else:
        sentences.append(_LIMITS[lease.limit])
    return (*sentences, *_maximum(revision, lease))


def _worked(revision: RevisionRow, lease: RevisedLease) -> str:
    before = euros_fr(lease.before_cents)
    indexed = revised_rent(rent_cents=lease.before_cents, reference=revision.irl_reference, new=revision.irl_new)
    # A rate printed with two decimals may pass the index by a few cents: the index then gives the sum.
    if revision.voted_percent is None or (not revision.derogation_reference and lease.after_cents == indexed):
        return f"{before} × {decimal_fr(revision.irl_new)} ÷ {decimal_fr(revision.irl_reference)}"
    return f"{before} × (100 + {decimal_fr(revision.voted_percent)}) ÷ 100"


def _maximum(revision: RevisionRow, lease: RevisedLease) -> tuple[str, ...]:
    """The convention's own sum, for who wants to check it.

    Told only when it gives what the revision used: a convention amended since is not the one that limited the rent.
    """
    if lease.useful_area_m2 is None or lease.max_rent_per_m2_cents is None or lease.coefficient is None:
        return ()
    most = highest_rent_on(
        useful_area_m2=lease.useful_area_m2,
        rent_per_m2_cents=lease.max_rent_per_m2_cents,
        coefficient=lease.coefficient,
        valued_on=lease.max_rent_on,
        on=revision.effective_on,
    )
    if (lease.limit == "CONVENTION") != (most == lease.after_cents) or most < lease.after_cents:
        return ()
    worked = (
        f"{decimal_fr(lease.useful_area_m2.normalize())} m² de surface utile × "
        f"{euros_fr(lease.max_rent_per_m2_cents)} × coefficient {decimal_fr(lease.coefficient.normalize())}"
    )
    index = indexing(lease.max_rent_on, on=revision.effective_on) if lease.max_rent_on is not None else None
    if index is not None and index.new.value != index.reference.value:
        worked += f" × {decimal_fr(index.new.value)} ÷ {decimal_fr(index.reference.value)} (IRL, CCH, art. L353-9-2)"
    told = f"Maximum de la convention n° {lease.convention} : {worked} = {euros_fr(most)} par mois."
    return (told,) if lease.limit != "NONE" else (told, "Votre nouveau loyer ne le dépasse pas.")


def _opening(revision: RevisionRow, lease: RevisedLease) -> str:
    if lease.after_cents == lease.before_cents:
        return f"Votre loyer principal ne change pas au {day_fr(revision.effective_on)}."
    return f"Votre loyer principal change au {day_fr(revision.effective_on)}. Voici pourquoi, et de combien."
