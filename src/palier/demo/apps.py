from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "palier.demo"
    label = "demo"
    verbose_name = "Démonstration"
