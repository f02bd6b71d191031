"""The business's own documents. Knows nothing of accounting platforms."""
