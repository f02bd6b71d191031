"""Moments of the admin's own pages, written as on the pages of ours."""

DATETIME_FORMAT = "j M Y, H:i"
TIME_FORMAT = "H:i"
