"""Deciding durations, holding data back, ending what is due and certifying it."""
