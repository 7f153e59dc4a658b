from django.apps import AppConfig


class TakeoverConfig(AppConfig):
    name = "palier.takeover"
    label = "takeover"
    default_auto_field = "django.db.models.BigAutoField"
