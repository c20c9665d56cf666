"""All checks: names in filters, proofreading, privacy, recipients’ rules, and the inspection of finished files.

Checks return findings. They change neither the CV nor an output.
"""
