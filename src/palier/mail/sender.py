"""The landlord at the head of a report, and the drawing of the logo that a document names."""

from functools import lru_cache

from palier.estate.logo import Logo
from palier.estate.models import Landlord, LandlordLogo
from palier.foundation.errors import Refusal
from palier.mail.report import Sender


class LandlordNotDescribed(Refusal):
    """La fiche de l’organisme n’est pas remplie : son nom est imprimé en tête du document."""


def landlord_as_sender() -> Sender:
    """The landlord's name and address, as they stand. Raises LandlordNotDescribed."""
    described = Landlord.objects.values_list("name", "address_lines", "logo__digest").order_by("id").first()
    if described is None:
        raise LandlordNotDescribed
    name, lines, digest = described
    return Sender(name=name, address=tuple(lines), logo=logo_drawing(digest or ""))


def how_to_reach() -> str:
    """The sentence that says where to ask. Raises LandlordNotDescribed."""
    phone, hours = Landlord.objects.values_list("phone", "opening_hours").order_by("id").first() or ("", "")
    asked = "Une question, un désaccord : écrivez-nous à l’adresse en tête de cette lettre"
    return f"{asked}, ou appelez le {phone}, {hours}." if phone else f"{asked}."


def sender_and_reach() -> tuple[Sender, str]:
    """Who writes, and how to answer. Raises LandlordNotDescribed."""
    return landlord_as_sender(), how_to_reach()


@lru_cache(maxsize=8)
def logo_drawing(digest: str) -> str:
    """The drawing that documents name by this digest, which always names the same; empty for an empty name."""
    if not digest:
        return ""
    png, width, height = LandlordLogo.objects.values_list("png", "width", "height").get(digest=digest)
    return Logo(png=bytes(png), width=width, height=height).drawing
