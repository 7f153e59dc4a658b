"""Palier, the information system of a French social landlord."""
