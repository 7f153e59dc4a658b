"""The letter that acknowledges or answers a request: the thread on paper, for who has no space online."""

from collections.abc import Sequence

from django.utils.timezone import localtime

from palier.mail.glyphs import legible
from palier.mail.report import Block, Facts, Report, Text
from palier.mail.sender import landlord_as_sender
from palier.rights.queries.people import Asker
from palier.rights.queries.requests import RequestRow, StepRow
from palier.rights.wording import request_sentences, thread, title

_CIVILITIES = {"MME": "Madame", "M": "Monsieur"}


def letter(asked: RequestRow, steps: Sequence[StepRow], to: Asker | None, *, agent: str = "") -> Report:
    """The latest message to the person. `agent`: a name that the DPO has decided to give (CJUE, C-579/21)."""
    last = thread(asked, steps)[-1]
    is_answer = any(step.kind == "ANSWERED" for step in steps)
    blocks: list[Block] = [
        Facts(
            (
                ("À", legible(_place(to))),
                ("Votre demande", f"{title(asked)}, n° {asked.id}"),
            )
        ),
        Text(f"{_CIVILITIES.get(to.title if to else '', 'Madame, Monsieur')},"),
        Text(legible("Vous avez écrit\u00a0: " + " ".join(request_sentences(asked)))),
        *(Text(legible(sentence)) for sentence in last.sentences),
    ]
    if agent:
        blocks.append(Text(legible(f"L’agent qui a fait cette lecture est {agent}.")))
    blocks.append(Text("La personne chargée de la protection des données"))
    return Report(
        number=f"droits-{asked.id}",
        title="Réponse à votre demande" if is_answer else "Votre demande est bien reçue",
        subtitle=title(asked),
        issued_on=localtime(last.at).date(),
        sender=landlord_as_sender(),
        blocks=blocks,
    )


def _place(to: Asker | None) -> str:
    """Name and address in one line: « Lucie Amandier, logement 101, 11 rue des Arbres, 75013 Paris »."""
    if to is None:
        return ""
    door = f"logement {to.door}" if to.door else ""
    return ", ".join(part for part in (to.name, door, to.address, f"{to.postcode} {to.city}".strip()) if part)
