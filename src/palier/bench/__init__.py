"""Measures of the product's own path, as figures and ratios taken side by side in one run."""
