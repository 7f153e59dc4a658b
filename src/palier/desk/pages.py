"""Who may call which page of the agents’ site, for which purpose."""

from palier.desk import pages_estate, pages_month
from palier.privacy.declare import PageAccess

PAGES: dict[str, PageAccess] = {**pages_estate.PAGES, **pages_month.PAGES}
