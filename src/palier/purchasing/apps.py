from django.apps import AppConfig


class PurchasingConfig(AppConfig):
    name = "palier.purchasing"
    label = "purchasing"
    default_auto_field = "django.db.models.BigAutoField"
