"""The board's report on free comments as an accessible PDF, from the figures of its HTML page."""

from collections.abc import Iterator, Sequence
from datetime import date

from palier.mail.glyphs import legible
from palier.mail.report import Block, Facts, Grid, Heading, Notice, Report, Sender, Text, render_report
from palier.screening.audit import wording
from palier.screening.audit.figures import Figures, GroupLine, told


def press(figures: Figures) -> bytes:
    """The PDF of the report; the same figures give the same bytes."""
    report = Report(
        number=f"AUDIT-{figures['on']}-{figures['sha256'][:8]}",
        title=wording.TITLE,
        subtitle=legible(f"Colonne « {figures['column']} »"),
        issued_on=date.fromisoformat(figures["on"]),
        sender=Sender(name="Palier", address=("Audit fait sur la machine de l’organisme",)),
        blocks=tuple(_blocks(figures)),
    )
    return render_report(report)


def _blocks(figures: Figures) -> Iterator[Block]:
    yield _text(wording.summary(figures))
    yield Facts(
        (
            ("Commentaires lus", told(figures["comments"])),
            ("Commentaires vides", told(figures["empty"])),
            ("Signalés", told(figures["flagged"])),
            ("dont à effacer", told(figures["blocked"])),
            ("dont à vérifier", told(figures["warned"])),
            ("Longueur moyenne", f"{told(figures['average'])} caractères"),
            ("Le plus long", f"{told(figures['longest'])} caractères"),
        )
    )
    if missing := wording.aside(figures):
        yield _text(missing)
    yield Heading("Par catégorie")
    yield Grid(
        columns=("Catégorie", "Commentaires", "Part"),
        rows=tuple((line["label"], told(line["flagged"]), line["share"] or "—") for line in figures["categories"]),
        widths=(5, 2, 2),
        figures=frozenset({1, 2}),
    )
    yield Text("Un commentaire peut être dans plusieurs catégories.")
    yield from _groups("Par année", "Année", figures["years"])
    yield from _groups("Par site", "Site", figures["sites"])
    if authors := wording.authors(figures):
        yield Heading("Par auteur")
        yield _text(authors)
    yield Heading("Ce que le filtre oublie")
    yield _text(wording.LIMITS)
    yield Notice("Relecture à la main", legible(wording.review(figures)))
    yield Heading("Comment c’est fait")
    yield _text(wording.METHOD)
    yield _text(wording.LAW)
    yield Facts(
        (
            ("Lignes lues", told(figures["rows"])),
            ("Écriture du fichier", figures["encoding"]),
            ("Empreinte du fichier", _in_two(figures["sha256"])),
            ("Empreinte du filtre", _in_two(figures["filter"])),
        )
    )
    yield _text(wording.MASKING)


def _groups(title: str, kind: str, lines: Sequence[GroupLine]) -> Iterator[Block]:
    if not lines:
        return
    yield Heading(title)
    yield Grid(
        columns=(kind, "Première catégorie", "Commentaires", "Signalés", "Part"),
        rows=tuple(
            (
                legible(line["label"]),
                line["first"] or "—",
                told(line["comments"]),
                told(line["flagged"]),
                line["share"] or "—",
            )
            for line in lines
        ),
        widths=(6, 6, 4, 4, 3),
        figures=frozenset({2, 3, 4}),
    )


def _text(sentence: str) -> Text:
    return Text(legible(sentence))


def _in_two(digest: str) -> str:
    """Sixty-four letters on one line would leave the page."""
    return f"{digest[:32]} {digest[32:]}"
