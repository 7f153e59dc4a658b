"""Addresses of vacancies, reservations and the figures of a year."""

from django.urls import URLPattern, path

from palier.desk import views_equity, views_reservations, views_vacancies

urlpatterns: list[URLPattern] = [
    path("vacances/", views_vacancies.vacancies, name="vacancies"),
    path("vacances/vacances.<slug:wanted>", views_vacancies.vacancies_export, name="vacancies_export"),
    path("vacances/annoncer/", views_vacancies.vacancy_new, name="vacancy_new"),
    path("vacances/<int:vacancy_id>/", views_vacancies.vacancy, name="vacancy"),
    path("agence/vacances/", views_vacancies.agency_vacancies, name="agency_vacancies"),
    path("agence/vacances/vacances.<slug:wanted>", views_vacancies.vacancies_export, name="agency_vacancies_export"),
    path("reservations/", views_reservations.reservations, name="reservations"),
    path(
        "reservations/bilan/<int:holder_id>/bilan.<slug:wanted>",
        views_reservations.reservation_report,
        name="reservation_report",
    ),
    path("reservations/chiffres/", views_equity.equity, name="equity"),
]
