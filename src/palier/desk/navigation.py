"""What surrounds every page of the desk: the rail, the search box, the purpose, the account. Nothing closed is shown.

A page enters the rail by its `menu` in `pages.py`, when the role of whoever asks may open it.
"""

from collections.abc import Mapping
from functools import cache

from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse

from palier.privacy.catalogue import PURPOSES
from palier.privacy.declare import Batch, Role
from palier.privacy.policy import declared_pages
from palier.privacy.rights import may_open
from palier.web.components import Frame, Link
from palier.web.requests import ActorRequest

# The rail, in its order, with its drawings.
MENU: tuple[tuple[str, str], ...] = (
    ("Accueil", "home"),
    ("Patrimoine", "building"),
    ("Locataires", "people"),
    ("Baux", "document"),
    ("Demandes", "ballot"),
    ("Demandeurs", "person"),
    ("Vacances", "key"),
    ("Réservations", "box"),
    ("Rapprochement", "compare"),
    ("Commission", "speech"),
    ("Propositions", "mail"),
    ("Occupation", "home"),
    ("Espaces locataires", "person"),
    ("Accès", "key"),
    ("Proximité", "tools"),
    ("Quittancement", "stairs"),
    ("Envois", "mail"),
    ("Banque", "bank"),
    ("Prélèvements", "euro"),
    ("Comptabilité", "book"),
    ("Paie", "document"),
    ("Campagnes", "trend"),
    ("Courrier", "mail"),
    ("Échanges", "speech"),
    ("Délais de paiement", "clock"),
    ("Adoption", "trend"),
    ("Questionnaires", "ballot"),
    ("Aides (CAF)", "heart"),
    ("Imports", "upload"),
    ("Reprise", "box"),
    ("Marche en double", "compare"),
    ("Tâches", "tasks"),
    ("Organisme", "gear"),
    ("Comptes", "lock"),
    ("Données et droits", "shield"),
    ("Conservation", "clock"),
    ("Violations", "warning"),
    ("Audit", "eye"),
)
# The accountant’s own addresses of a page that officers open for another purpose.
TWIN = "accounts_"


def page_for(role: Role | Batch, name: str) -> str:
    """The full name of the page for that role: its own, or its twin for accountants. Raises Http404 when closed."""
    for wanted in (f"desk:{name}", f"desk:{TWIN}{name}"):
        if may_open(role, wanted):
            return wanted
    raise Http404


def opens(role: Role | Batch, name: str) -> bool:
    """True when the role may open the page, or its twin."""
    return may_open(role, f"desk:{name}") or may_open(role, f"desk:{TWIN}{name}")


def address(role: Role | Batch, name: str, *args: object) -> str:
    """The address of a page for that role, empty when it may not open it: its link is then left out."""
    return reverse(page_for(role, name), args=args) if opens(role, name) else ""


def tabs_among(request: ActorRequest, names: Mapping[str, str], *, here: str) -> list[Link]:
    """The views of one subject, page → label, that the function opens; the one shown is marked."""
    role = request.actor.role
    return [
        Link(label=label, url=address(role, name), current=name == here)
        for name, label in names.items()
        if opens(role, name)
    ]


@cache
def _rail(role: Role | Batch) -> tuple[tuple[str, str, str], ...]:
    """Label, drawing and address of each entry that the role may open."""
    found: dict[str, str] = {}
    for name, page in declared_pages().items():
        if name.startswith("desk:") and page.menu and may_open(role, name):
            found.setdefault(page.menu, reverse(name))
    return tuple((label, icon, found[label]) for label, icon in MENU if label in found)


def frame_for(request: ActorRequest) -> Frame:
    """The frame of a page for whoever asks."""
    role = request.actor.role
    rail = _rail(role)
    home = next((url for _, _, url in rail), "")
    # The site's own address begins every other one.
    around = [url for _, _, url in rail if request.path.startswith(url) and url != request.reached_site.prefix]
    around += [url for _, _, url in rail if request.path == url]
    here = max(around, key=len, default="")
    return Frame(
        site_label="Bureau",
        home_url=home,
        navigation=[Link(label=label, url=url, icon=icon, current=url == here) for label, icon, url in rail],
        purpose_label=PURPOSES[request.actor.purpose].label,
        account_name=request.actor.name,
        search_url=address(role, "search"),
        search_hint="Nom, adresse, bail, téléphone…"
        if may_open(role, "desk:search")
        else "Nom, adresse, bail, compte…",
        signout_url=_if_there("desk:sign_out"),
        preferences_url=_if_there("desk:preferences"),
    )


def framed(request: ActorRequest, template: str, context: dict[str, object], *, status: int = 200) -> TemplateResponse:
    """A page of the desk inside its frame."""
    return TemplateResponse(request, template, {"frame": frame_for(request), **context}, status=status)


def _if_there(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
