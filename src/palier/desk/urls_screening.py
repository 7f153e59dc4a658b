"""The addresses of the screen of free text."""

from django.urls import URLPattern, path

from palier.desk import views_screening

urlpatterns: list[URLPattern] = [
    path("filtrage/", views_screening.screening, name="screening"),
    path("filtrage/fausse-alerte/", views_screening.false_alarm, name="screening_false_alarm"),
]
