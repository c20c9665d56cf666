"""The attribute keys that only the format `sciencv` uses. See `writers/sciencv.py` for their meaning."""

SUPPORT_KEYS = ("award", "amount", "effort", "kind", "overlap", "status")
