"""Shared by all tests. Keep it small: fixtures live beside what they serve."""
