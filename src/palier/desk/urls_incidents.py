"""Addresses of the pages on breaches of data."""

from django.urls import path, re_path

from palier.desk import views_incidents as views

_ONE = r"^violations/(?P<number>(?:VD|EX)-\d{4}-\d{3})/"

urlpatterns = [
    path("violations/", views.incident_list, name="incidents"),
    path("violations/registre.pdf", views.incident_register, name="incident_register"),
    path("violations/ouvrir/", views.incident_new, name="incident_new"),
    re_path(f"{_ONE}$", views.incident, name="incident"),
    re_path(f"{_ONE}risque/$", views.incident_assess, name="incident_assess"),
    re_path(f"{_ONE}notifiee/$", views.incident_notify, name="incident_notify"),
    re_path(f"{_ONE}lettres/$", views.incident_letters, name="incident_letters"),
    re_path(f"{_ONE}avancement/$", views.incident_progress, name="incident_progress"),
    re_path(f"{_ONE}informees/$", views.incident_told, name="incident_told"),
    re_path(f"{_ONE}clore/$", views.incident_close, name="incident_close"),
    re_path(rf"{_ONE}notification\.pdf$", views.incident_notification, name="incident_notification"),
]
