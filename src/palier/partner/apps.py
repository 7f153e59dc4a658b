from django.apps import AppConfig


class PartnerConfig(AppConfig):
    name = "palier.partner"
    label = "partner"
    default_auto_field = "django.db.models.BigAutoField"
