"""The document model, locations, diagnostics, dates and files: what every other room stands on."""
