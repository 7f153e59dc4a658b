"""The report as one HTML file: its styles inside, nothing fetched, readable on a telephone and on paper."""

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from pathlib import Path

from palier.foundation.text import typeset
from palier.screening.audit import wording
from palier.screening.audit.figures import Figures, GroupLine, told
from palier.screening.audit.rules import Shown
from palier.screening.audit.words import CATEGORIES

_STYLE = Path(__file__).with_name("rapport.css")
_MARK = (
    '<svg viewBox="0 0 26 26" aria-hidden="true"><path d="M3 22h7v-6h6v-6h7" fill="none" stroke="currentColor" '
    'stroke-width="2.6"/><circle class="lampe" cx="19.5" cy="5" r="3"/></svg>'
)
# A page opened from a disk fetches nothing and runs nothing, whatever a label of the file holds.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page_of(figures: Figures) -> str:
    """The whole page."""
    sections = [
        _summary(figures),
        _section("Par catégorie", _categories(figures)),
        _section("Par année", _groups(figures["years"], "Année", "Commentaires par année")),
        _section("Années et catégories", _crossed(figures)),
        _section("Par site", _groups(figures["sites"], "Site", "Commentaires par site")),
        _section("Par auteur", _paragraph(wording.authors(figures))),
        _section("Ce que le filtre oublie", _paragraph(wording.LIMITS) + _note(wording.review(figures))),
        _section("Comment c’est fait", _method(figures)),
    ]
    style = _STYLE.read_text(encoding="utf-8")
    day = f"{date.fromisoformat(figures['on']):%d/%m/%Y}"
    subject = f"Colonne « {figures['column']} », le {day}"
    return (
        '<!DOCTYPE html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{wording.TITLE}, {day}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f'<header><div>\n<p class="brand">{_MARK} Palier</p>\n<h1>{wording.TITLE}</h1>\n'
        f"<p>{_text(subject)}</p>\n</div></header>\n<main>\n"
        + "\n".join(section for section in sections if section)
        + f"\n<footer><p>{_text(wording.MASKING)}</p></footer>\n</main>\n</body>\n</html>\n"
    )


def _summary(figures: Figures) -> str:
    warned, blocked = told(figures["warned"]), told(figures["blocked"])
    cells = (
        ("Commentaires lus", told(figures["comments"]), f"et {told(figures['empty'])} vides"),
        ("Signalés", told(figures["flagged"]), figures["share"]),
        ("À effacer", blocked, "un mot laisse peu de doute"),
        ("À vérifier", warned, "la phrase est à lire"),
        ("Longueur moyenne", told(figures["average"]), f"caractères ; {told(figures['longest'])} au plus"),
    )
    figs = "".join(
        f"<div><dt>{_text(label)}</dt><dd>{_text(value)}<small>{_text(beside)}</small></dd></div>"
        for label, value, beside in cells
    )
    missing = wording.aside(figures)
    return f'<p>{_text(wording.summary(figures))}</p>\n<dl class="figs">{figs}</dl>' + (
        _note(missing) if missing else ""
    )


def _section(title: str, content: str) -> str:
    return f"<section>\n<h2>{_text(title)}</h2>\n{content}\n</section>" if content else ""


def _categories(figures: Figures) -> str:
    most = max((line["flagged"] for line in figures["categories"] if isinstance(line["flagged"], int)), default=0)
    rows = [
        (_head(line["label"]), _number(line["flagged"]), _number(line["share"]), _bar(line["flagged"], most))
        for line in figures["categories"]
    ]
    headings = (("Catégorie", ""), ("Commentaires", "num"), ("Part", "num"), ("", "part"))
    return _table("Un commentaire peut être dans plusieurs catégories.", headings, rows)


def _groups(lines: Sequence[GroupLine], kind: str, caption: str) -> str:
    if not lines:
        return ""
    headings = (
        (kind, ""),
        ("Première catégorie", "opt"),
        ("Commentaires", "num"),
        ("Signalés", "num"),
        ("Part", "num"),
    )
    rows = [
        (
            _head(line["label"]),
            f'<td class="opt">{_text(line["first"]) or "—"}</td>',
            _number(line["comments"]),
            _number(line["flagged"]),
            _number(line["share"]),
        )
        for line in lines
    ]
    return _table(caption, headings, rows)


def _crossed(figures: Figures) -> str:
    years = figures["crossed"]
    if not years:
        return ""
    headings = (("Catégorie", ""), *((year, "num") for year in years))
    rows = [(_head(label), *(_number(years[year][code]) for year in years)) for code, label in CATEGORIES.items()]
    return _table("Commentaires signalés par année et par catégorie", headings, rows)


def _method(figures: Figures) -> str:
    facts = (
        ("Fichier lu", f"empreinte SHA-256 {figures['sha256']}"),
        ("Écriture du fichier", figures["encoding"]),
        ("Filtre", f"empreinte {figures['filter'][:12]}"),
        ("Lignes lues", told(figures["rows"])),
    )
    listed = "".join(f"<li>{_text(label)} : <code>{_text(value)}</code></li>" for label, value in facts)
    return _paragraph(wording.METHOD) + _paragraph(wording.LAW) + f"<ul>{listed}</ul>"


def _table(caption: str, headings: Iterable[tuple[str, str]], rows: Iterable[Sequence[str]]) -> str:
    """A table that scrolls by itself where it is too wide. `headings` are labels, each with the class of its column."""
    head = "".join(
        f'<th scope="col" class="{kind}">{_text(label)}</th>' if label else f'<td class="{kind}"></td>'
        for label, kind in headings
    )
    body = "".join(f"<tr>{''.join(cells)}</tr>\n" for cells in rows)
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{_text(caption)}"><table>\n'
        f"<caption>{_text(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table></div>"
    )


def _head(label: str) -> str:
    return f'<th scope="row">{_text(label)}</th>'


def _number(value: Shown) -> str:
    return f'<td class="num">{_text(told(value)) or "—"}</td>'


def _bar(value: Shown, most: int) -> str:
    """The number beside it drawn: nothing to read aloud a second time."""
    width = 100 * value / most if isinstance(value, int) and most else 0
    return (
        '<td class="part"><svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="track" width="100" height="4"/><rect class="up" width="{width:.1f}" height="4"/></svg></td>'
    )


def _paragraph(text: str) -> str:
    return f"<p>{_text(text)}</p>" if text else ""


def _note(text: str) -> str:
    return f'<div class="note"><p>{_text(text)}</p></div>'


def _text(text: str) -> str:
    return escape(typeset(text))
