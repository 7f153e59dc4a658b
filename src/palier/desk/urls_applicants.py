"""Addresses of those who ask for a dwelling."""

from django.urls import URLPattern, path

from palier.desk import views_applicants

urlpatterns: list[URLPattern] = [
    path("demandeurs/", views_applicants.applicants, name="applicants"),
    path("demandeurs/<int:person_id>/", views_applicants.applicant, name="applicant"),
]
