"""Where the paper of a sender is, for its page: what waits for a lot, which lots hold it, what was taken out."""

from collections.abc import Sequence

from palier.desk.month_page import when
from palier.desk.navigation import address
from palier.dispatch.channels import CHANNEL_LABELS, PRINT
from palier.dispatch.queries.lots import PaperPlace
from palier.privacy.declare import Batch, Role
from palier.web import words
from palier.web.components import Link


def paper_places(
    role: Role | Batch, places: Sequence[PaperPlace], *, with_notice: bool = False
) -> list[tuple[Link, str]]:
    """Each place and what is said of it; its link for those who print.

    `with_notice`: the sheets were to go with a notice, and those that left alone are said so.
    """
    return [(_place(role, place), _told(place, with_notice=with_notice)) for place in places]


def _place(role: Role | Batch, place: PaperPlace) -> Link:
    if place.number:
        return Link(label=place.number, url=address(role, "print_lot", place.number))
    if place.is_moot:
        return Link(label="Sans objet, ne partent plus")
    if place.channel != PRINT:
        return Link(label=CHANNEL_LABELS[place.channel].capitalize(), url=address(role, "sendings"))
    if place.with_notice:
        return Link(label="En attente de l’avis de leur bail", url=address(role, "print_lots"))
    return Link(label="En attente d’un lot", url=address(role, "print_lots"))


def _told(place: PaperPlace, *, with_notice: bool) -> str:
    told = [words.count(place.papers, "feuille" if with_notice else "lettre")]
    if with_notice and place.channel == PRINT and not place.is_moot:
        if not place.with_notice:
            told.append("dans leur propre enveloppe")
        elif place.number:
            told.append("avec les avis")
    if place.number:
        told.append(f"pris le {when(place.taken_at)}" if place.taken_at else "à prendre")
    if place.over and not place.is_moot:
        told.append(f"{words.number(place.over)} ne {'valent' if place.over > 1 else 'vaut'} plus")
    return ", ".join(told)
