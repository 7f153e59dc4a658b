from django.apps import AppConfig


class AdmissionConfig(AppConfig):
    name = "palier.admission"
    label = "admission"
    default_auto_field = "django.db.models.BigAutoField"
