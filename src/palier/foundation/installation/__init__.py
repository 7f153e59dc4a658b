"""A landlord's own installation: the system accounts, who may open which file, the settings, the units of systemd."""
