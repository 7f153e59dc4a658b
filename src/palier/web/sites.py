"""The sites, cut by audience: each has its path, its cookie, its way in."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One audience. `code` is also the namespace of its URLs."""

    code: str
    prefix: str
    cookie: str

    @property
    def sign_in(self) -> str:
        """The name of its sign-in page."""
        return f"{self.code}:sign_in"

    @property
    def cookie_name(self) -> str:
        # __Host-: the browser keeps the cookie for this host alone, over HTTPS, and then the path must be /.
        return f"__Host-{self.cookie}" if settings.PALIER_HTTPS else self.cookie

    @property
    def cookie_path(self) -> str:
        return "/" if settings.PALIER_HTTPS else self.prefix


DESK = Site(code="desk", prefix="/bureau/", cookie="palier_desk")
FIELD = Site(code="field", prefix="/terrain/", cookie="palier_field")
HOME = Site(code="home", prefix="/chez-moi/", cookie="palier_home")
PARTNER = Site(code="partner", prefix="/partenaires/", cookie="palier_partner")
# The front door: the demonstration's list of accounts. Its prefix holds every other one, hence its last place.
DOOR = Site(code="demo", prefix="/", cookie="palier_door")
SITES: tuple[Site, ...] = (DESK, FIELD, HOME, PARTNER, DOOR)


def site_of(path: str) -> Site:
    """The site that answers this path."""
    return next(site for site in SITES if path.startswith(site.prefix))
