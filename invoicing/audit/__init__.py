"""The history, sealed: what was changed, removed, inserted or reordered is found."""
