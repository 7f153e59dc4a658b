"""The law of the campaigns: how far a rent may go, and when a household that does not answer is reminded."""
