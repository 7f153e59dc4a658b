"""The front door: the page of roles, and the way in behind each button."""

from django.urls import path

from palier.demo import views

app_name = "demo"

urlpatterns = [
    path("", views.roles, name="roles"),
    path("entrer/", views.enter, name="enter"),
]
