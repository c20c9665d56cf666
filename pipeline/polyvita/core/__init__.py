"""The document model, locations, findings, dates and files. Every other package imports from here."""
