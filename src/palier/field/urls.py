"""The caretakers' site: a short list, because what they may see is a short list."""

from django.urls import path

from palier.field import views
from palier.web import preferences

app_name = "field"

urlpatterns = [
    path("", views.home, name="home"),
    path("connexion/", views.enter, name="sign_in"),
    path("deconnexion/", views.leave, name="sign_out"),
    path("apparence/", preferences.change, name="preferences"),
    path("residence/<int:residence_id>/", views.doors, name="doors"),
]
