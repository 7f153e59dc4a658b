"""The only door to an object of the stock for the sites: what is out of one's scope does not exist."""

from palier.estate.models import Dwelling, Residence
from palier.foundation.errors import Refusal


class ResidenceNotFound(Refusal):
    """Cette résidence n’existe pas, ou n’est pas dans votre portefeuille."""


class DwellingNotFound(Refusal):
    """Ce logement n’existe pas, ou n’est pas dans votre portefeuille."""


def residence_in_scope(residence_id: int) -> Residence:
    """Raises ResidenceNotFound: row security answers, not this function."""
    found = Residence.objects.select_related("agency").filter(pk=residence_id).first()
    if found is None:
        raise ResidenceNotFound
    return found


def dwelling_in_scope(dwelling_id: int) -> Dwelling:
    """Raises DwellingNotFound."""
    found = (
        Dwelling.objects.select_related(
            "residence", "residence__agency", "staircase", "staircase__building", "convention"
        )
        .filter(pk=dwelling_id)
        .first()
    )
    if found is None:
        raise DwellingNotFound
    return found
