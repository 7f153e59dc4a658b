"""The landlord at the head of a report."""

from palier.estate.models import Landlord
from palier.foundation.errors import Refusal
from palier.mail.report import Sender


class LandlordNotDescribed(Refusal):
    """La fiche de l’organisme n’est pas remplie : son nom est imprimé en tête du document."""


def landlord_as_sender() -> Sender:
    """The landlord's name and address, as they stand. Raises LandlordNotDescribed."""
    described = Landlord.objects.values_list("name", "address_lines").order_by("id").first()
    if described is None:
        raise LandlordNotDescribed
    name, lines = described
    return Sender(name=name, address=tuple(lines))
