"""The read journal kept honest: sealed each minute, its head published outside, expired by whole months."""
