"""Addresses of matching: a vacancy with its applications, an application with its vacancies."""

from django.urls import URLPattern, path

from palier.desk import views_matching

_ONE = "rapprochement/<int:vacancy_id>/"

urlpatterns: list[URLPattern] = [
    path("rapprochement/", views_matching.matchings, name="matchings"),
    path(_ONE, views_matching.matching, name="matching"),
    path(f"{_ONE}lancer/", views_matching.matching_ask, name="matching_ask"),
    path(f"{_ONE}avancement/", views_matching.matching_progress, name="matching_progress"),
    path(f"{_ONE}candidats/", views_matching.candidate_add, name="candidate_add"),
    path(f"{_ONE}candidats/<int:candidate_id>/retirer/", views_matching.candidate_withdraw, name="candidate_withdraw"),
    path("demandes/<int:application_id>/logements/", views_matching.application_matching, name="application_matching"),
]
