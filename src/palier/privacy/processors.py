"""The processors and recipients that the landlord declared (privacy/processors.toml), read and checked."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files

from palier.foundation.errors import Refusal
from palier.privacy.catalogue import CATEGORIES, PURPOSES

# Printed as it is wherever the landlord has not answered.
TO_FILL = "à compléter par l’organisme"
KINDS = {"PROCESSOR": "sous-traitant (art. 28)", "RECIPIENT": "destinataire"}


class ProcessorsAreFaulty(Refusal):
    """La liste des sous-traitants ne peut pas être lue : {fault}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """Who answers for the processing, beside the landlord's own card."""

    representative: str
    dpo: str
    dpo_contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Processor:
    """A processor or a recipient. `transfer`: the safeguard of a transfer outside the Union, empty without one."""

    code: str
    activity: str
    kind: str
    name: str
    country: str
    contract: str
    transfer: str
    purposes: tuple[str, ...]
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredParties:
    controller: Controller
    processors: tuple[Processor, ...]


def declared_parties() -> DeclaredParties:
    """The file delivered with the landlord's installation. Raises ProcessorsAreFaulty."""
    return parse_parties((files("palier.privacy") / "processors.toml").read_text(encoding="utf-8"))


def parse_parties(text: str) -> DeclaredParties:
    """The parties of a file. Raises ProcessorsAreFaulty: a code unknown, an entry not whole."""
    try:
        told = tomllib.loads(text)
        controller = Controller(**told["controller"])
        processors = tuple(
            Processor(**{**entry, "purposes": tuple(entry["purposes"]), "categories": tuple(entry["categories"])})
            for entry in told["processor"]
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise ProcessorsAreFaulty(fault=str(error)) from error
    for each in processors:
        unknown = [code for code in each.purposes if code not in PURPOSES]
        unknown += [code for code in each.categories if code not in CATEGORIES]
        unknown += [each.kind] if each.kind not in KINDS else []
        if unknown:
            raise ProcessorsAreFaulty(fault=f"{each.code} nomme {', '.join(unknown)}, que la politique ne connaît pas")
    return DeclaredParties(controller=controller, processors=processors)
