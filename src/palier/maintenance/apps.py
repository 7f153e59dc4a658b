from django.apps import AppConfig


class MaintenanceConfig(AppConfig):
    name = "palier.maintenance"
    label = "maintenance"
    default_auto_field = "django.db.models.BigAutoField"
