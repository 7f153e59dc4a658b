from django.apps import AppConfig


class QuittancementConfig(AppConfig):
    name = "palier.quittancement"
    label = "quittancement"
    default_auto_field = "django.db.models.BigAutoField"
