"""One package per accounting platform, on a small shared core. Imports no Django."""
