from django.apps import AppConfig


class AidConfig(AppConfig):
    name = "palier.aid"
    label = "aid"
    default_auto_field = "django.db.models.BigAutoField"
