"""The proof of what was agreed to on a lease, on paper: each word with its day and means, the texts word for word."""

from collections.abc import Sequence
from datetime import date

from palier.foundation.clock import day_of
from palier.foundation.periods import day_fr
from palier.leases.consents import FAMILIES_FR, WORDS_FR, Family, Word
from palier.leases.queries.consents import ConsentRow
from palier.mail.report import Facts, Grid, Heading, Report, Sender, Text, render_report
from palier.mail.sender import landlord_as_sender


def consent_proof_pdf(*, lease: str, words: Sequence[ConsentRow], on: date) -> bytes:
    """What these words prove, as a PDF, the oldest first. Raises LandlordNotDescribed."""
    return render_report(proof_report(lease=lease, words=words, sender=landlord_as_sender(), on=on))


def proof_report(*, lease: str, words: Sequence[ConsentRow], sender: Sender, on: date) -> Report:
    """The proof as a document."""
    told = sorted(words, key=lambda each: each.id)
    texts = {(each.family, each.text_version): each.text for each in told}
    blocks: list[Heading | Text | Facts | Grid] = [
        Text(
            "Sans accord, les documents sont envoyés sur papier. Un accord est donné famille par famille, par chaque "
            "titulaire, et se retire à tout moment ; le dernier mot de chacun compte."
        ),
        Heading("Ce qui a été dit"),
        Grid(
            columns=("Le", "Qui", "Pour", "Accord", "Comment", "Texte", "Gardé le"),
            widths=(5, 5, 5, 3, 5, 3, 5),
            rows=tuple(
                (
                    *(day_fr(each.said_on), each.holder, each.family_fr, WORDS_FR[Word(each.word)], each.means_fr),
                    *(f"n° {each.text_version}" if each.text_version else "non repris", day_fr(day_of(each.kept_at))),
                )
                for each in told
            ),
        )
        if told
        else Text("Aucun accord n’a été donné : tout est sur papier."),
    ]
    for (family, version), text in texts.items():
        if text is None:
            continue
        blocks.append(Heading(f"{FAMILIES_FR[Family(family)]}, texte n° {version}"))
        blocks.extend(Text(paragraph) for paragraph in text.paragraphs)
        blocks.append(
            Facts((("Proposé depuis le", day_fr(text.first_day)), ("Empreinte SHA-256", _in_groups(text.sha256))))
        )
    return Report(
        number=f"ACCORDS-{lease}",
        title="Accords sur l’envoi des documents",
        subtitle=f"Bail {lease}",
        issued_on=on,
        sender=sender,
        blocks=tuple(blocks),
    )


def _in_groups(digest: str) -> str:
    """A digest that a line may be broken in, and an eye may compare."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))
