"""Once a year, on the whole stock: the rent revision by the IRL, the solidarity supplement and its survey."""
