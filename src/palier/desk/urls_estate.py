"""Addresses of the stock, of leases and of accounts. Accountants read some of them for their own purpose, apart."""

from collections.abc import Callable

from django.http import HttpResponseBase
from django.urls import URLPattern, path

from palier.desk import views_accounts, views_estate, views_leases, views_lists, views_search
from palier.desk.navigation import TWIN

_SHARED: tuple[tuple[str, Callable[..., HttpResponseBase], str], ...] = (
    ("recherche", views_search.results, "search"),
    ("patrimoine/", views_estate.residences, "residences"),
    ("patrimoine/export/<slug:wanted>", views_estate.residences_export, "residences_export"),
    ("patrimoine/residences/<int:residence_id>/", views_estate.residence, "residence"),
    (
        "patrimoine/residences/<int:residence_id>/export/<slug:wanted>",
        views_estate.residence_export,
        "residence_export",
    ),
    ("locataires/", views_lists.tenants, "tenants"),
    ("locataires/export/<slug:wanted>", views_lists.tenants_export, "tenants_export"),
    ("baux/", views_lists.leases, "leases"),
    ("baux/export/<slug:wanted>", views_lists.leases_export, "leases_export"),
    ("baux/<int:lease_id>/", views_leases.lease, "lease"),
    ("baux/comptes/<int:account_id>/", views_accounts.account, "account"),
    ("baux/comptes/<int:account_id>/export/<slug:wanted>", views_accounts.account_export, "account_export"),
)
SHARED_NAMES: tuple[str, ...] = tuple(name for _, _, name in _SHARED)

urlpatterns: list[URLPattern] = [
    *(path(route, view, name=name) for route, view, name in _SHARED),
    *(path(f"comptabilite/{route}", view, name=f"{TWIN}{name}") for route, view, name in _SHARED),
    path("patrimoine/a-completer/", views_estate.to_complete, name="to_complete"),
    path("patrimoine/logements/<int:dwelling_id>/", views_estate.dwelling, name="dwelling"),
    path("patrimoine/logements/<int:dwelling_id>/surface/", views_estate.dwelling_area, name="dwelling_area"),
    path("patrimoine/logements/<int:dwelling_id>/bail/", views_leases.lease_create, name="lease_create"),
    path("baux/<int:lease_id>/montant/", views_leases.lease_term, name="lease_term"),
    path("baux/<int:lease_id>/depart/", views_leases.lease_end, name="lease_end"),
    path("baux/<int:lease_id>/contacts/<int:contact_id>/", views_leases.contact_share, name="contact_share"),
]
