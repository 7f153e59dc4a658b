from django.apps import AppConfig


class ContinuityConfig(AppConfig):
    name = "palier.continuity"
    label = "continuity"
    default_auto_field = "django.db.models.BigAutoField"
