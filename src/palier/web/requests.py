"""The request as a page receives it: someone acts, for a purpose, and what they see is noted."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from palier.privacy.actor import Actor, Reading
from palier.privacy.declare import PageAccess
from palier.web.sites import Site


class SiteRequest(HttpRequest):
    """A request that reached a declared page of a site, signed in or not."""

    reached_site: Site
    page: PageAccess
    htmx: HtmxDetails


class ActorRequest(SiteRequest):
    """A request inside the transaction of its actor."""

    actor: Actor
    reading: Reading
