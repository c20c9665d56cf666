"""The parts of the Word writer: styles, the reference document for Pandoc, and the postprocessing of its output."""
