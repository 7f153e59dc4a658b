"""Addresses of the agents’ site: the stock and its leases, then the month and what surrounds it."""

from palier.desk import (
    urls_aid,
    urls_applicants,
    urls_applications,
    urls_audit,
    urls_bank,
    urls_books,
    urls_campaigns,
    urls_debits,
    urls_estate,
    urls_facts,
    urls_incidents,
    urls_journal,
    urls_month,
    urls_policy,
    urls_resets,
    urls_retention,
    urls_rights,
    urls_screening,
    urls_settlement,
    urls_setup,
    urls_takeover,
)
from palier.desk.views_signin import WAY_IN
from palier.web.signin_urls import addresses

app_name = "desk"
urlpatterns = [
    *addresses(WAY_IN),
    *urls_resets.urlpatterns,
    *urls_applicants.urlpatterns,
    *urls_applications.urlpatterns,
    *urls_audit.urlpatterns,
    *urls_bank.urlpatterns,
    *urls_debits.urlpatterns,
    *urls_books.urlpatterns,
    *urls_estate.urlpatterns,
    *urls_facts.urlpatterns,
    *urls_month.urlpatterns,
    *urls_aid.urlpatterns,
    *urls_campaigns.urlpatterns,
    *urls_incidents.urlpatterns,
    *urls_journal.urlpatterns,
    *urls_policy.urlpatterns,
    *urls_retention.urlpatterns,
    *urls_rights.urlpatterns,
    *urls_screening.urlpatterns,
    *urls_settlement.urlpatterns,
    *urls_setup.urlpatterns,
    *urls_takeover.urlpatterns,
]
