"""Addresses of the agents’ site: the stock and its leases, then the month and what surrounds it."""

from palier.desk import urls_estate, urls_month

app_name = "desk"
urlpatterns = [*urls_estate.urlpatterns, *urls_month.urlpatterns]
