"""A payroll's file drawn line by line, and the people it pays: the samples of the tests of payslips."""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import pikepdf

from palier.foundation.clock import now
from palier.foundation.tabular.reading import open_table
from palier.payroll.operations.layouts import declare_layout
from palier.payroll.operations.register import import_register
from palier.payroll.rules.splitting import Layout
from palier.privacy.actor import Actor
from palier.privacy.declare import Role

LAYOUT: Final = Layout(
    number_label="Matricule",
    net_label="Net à payer",
    totals_label="Récapitulatif du lot",
    count_label="Nombre de bulletins",
    sum_label="Total net à payer",
)
REGISTER: Final = """matricule;nom;prenom;adresse_travail;entree;information_le;information_par;naissance;opposition_le
A001;Érable;Inès;Siège;2015-03-01;2020-01-15;recommandé;1980-05-12;
A002;Frêne;Marc;Agence Nord;2018-09-01;2020-01-15;remise;2006-11-02;
A003;Gui;Léa;Agence Sud;2019-01-01;2020-01-15;remise;;2026-02-01
A004;Hêtre;Omar;Siège;2026-10-15;;;;
"""


def page(*lines: str) -> pikepdf.Pdf:
    """One page with these lines of text."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(595, 842))
    drawn = "\n".join(f"BT /F1 11 Tf 60 {780 - 20 * rank} Td ({line}) Tj ET" for rank, line in enumerate(lines))
    sheet = document.pages[0]
    sheet.obj.Resources = pikepdf.Dictionary(
        Font=pikepdf.Dictionary(
            F1=pikepdf.Dictionary(
                Type=pikepdf.Name.Font,
                Subtype=pikepdf.Name.Type1,
                BaseFont=pikepdf.Name.Helvetica,
                Encoding=pikepdf.Name.WinAnsiEncoding,
            )
        )
    )
    sheet.obj.Contents = document.make_stream(drawn.encode("cp1252"))
    return document


def slip(number: str, net: str) -> Sequence[str]:
    """The lines of a payslip of one page."""
    return ("Bulletin de paie, organisme fictif", f"Matricule : {number}", f"Net à payer : {net}")


def totals(count: int, net: str) -> Sequence[str]:
    return ("Récapitulatif du lot", f"Nombre de bulletins : {count}", f"Total net à payer : {net}")


def file_of(pages: Iterable[Sequence[str]]) -> bytes:
    """The pages as one PDF."""
    with pikepdf.new() as whole:
        for lines in pages:
            whole.pages.extend(page(*lines).pages)
        return saved(whole)


def saved(document: pikepdf.Pdf, *, encryption: pikepdf.Encryption | bool = False) -> bytes:
    out = io.BytesIO()
    document.save(out, encryption=encryption)
    return out.getvalue()


def office(agent_id: int) -> Actor:
    """An agent of the payroll office."""
    return Actor(role=Role.PAYROLL, agent_id=agent_id, purpose="GESTION_DU_PERSONNEL")


def employee(person_id: int) -> Actor:
    """An employee, for their own file."""
    return Actor(role=Role.EMPLOYEE, person_id=person_id, purpose="GESTION_DU_PERSONNEL")


def fill_register(folder: Path, *, text: str = REGISTER, by: int = 0) -> None:
    """The four employees, and how their payslips are read. Inside a transaction of the payroll."""
    path = folder / "registre.csv"
    path.write_text(text, encoding="utf-8")
    import_register(open_table(path))
    declare_layout(LAYOUT, by=by, at=now())
