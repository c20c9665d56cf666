"""The entries of bibliographies. They are in `core`, because writers use them too."""

from polyvita.core.bibliography import BibEntry, Bibliography

__all__ = ["BibEntry", "Bibliography"]
