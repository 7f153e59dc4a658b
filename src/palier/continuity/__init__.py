"""What keeps a landlord's data through a loss: backup, restore, whole export and import, checks of the machine."""
