"""Joins the two: what the business has, and what its books hold."""
