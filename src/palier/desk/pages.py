"""Who may call which page of the agents’ site, for which purpose."""

from palier.desk.pages_estate import PAGES as ESTATE
from palier.desk.pages_month import PAGES as MONTH
from palier.privacy.declare import PageAccess

PAGES: dict[str, PageAccess] = {**ESTATE, **MONTH}
