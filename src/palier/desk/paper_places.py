"""Where the paper of a sender is, for its page: what waits for a lot, which lots hold it, what was taken out."""

from collections.abc import Sequence

from palier.desk.month_page import when
from palier.desk.navigation import address
from palier.dispatch.channels import CHANNEL_LABELS, PRINT
from palier.dispatch.queries.lots import PaperPlace
from palier.privacy.declare import Batch, Role
from palier.web import words
from palier.web.components import Link


def paper_places(role: Role | Batch, places: Sequence[PaperPlace]) -> list[tuple[Link, str]]:
    """Each place and what is said of it; its link for those who print."""
    return [(_place(role, place), _told(place)) for place in places]


def _place(role: Role | Batch, place: PaperPlace) -> Link:
    if place.number:
        return Link(label=place.number, url=address(role, "print_lot", place.number))
    if place.channel != PRINT:
        return Link(label=CHANNEL_LABELS[place.channel].capitalize(), url=address(role, "sendings"))
    return Link(label="En attente d’un lot", url=address(role, "print_lots"))


def _told(place: PaperPlace) -> str:
    told = [words.count(place.papers, "lettre")]
    if place.number:
        told.append(f"pris le {when(place.taken_at)}" if place.taken_at else "à prendre")
    if place.over:
        told.append(f"{words.number(place.over)} ne {'valent' if place.over > 1 else 'vaut'} plus")
    return ", ".join(told)
