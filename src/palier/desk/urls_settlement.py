"""Addresses of the lettering of an account."""

from django.urls import path

from palier.desk import views_settlement

_HERE = "baux/comptes/<int:account_id>/lettrage/"

urlpatterns = [
    path(_HERE, views_settlement.account_settlement, name="account_settlement"),
    path(f"{_HERE}lettrer/", views_settlement.account_letter, name="account_letter"),
    path(f"{_HERE}<int:lettering_id>/defaire/", views_settlement.account_part, name="account_part"),
]
