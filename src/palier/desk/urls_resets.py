"""The address of the accounts that sign in."""

from django.urls import URLPattern, path

from palier.desk import views_resets

urlpatterns: list[URLPattern] = [path("comptes/", views_resets.sign_in_accounts, name="sign_in_accounts")]
