"""From the tree to a file: one module per format over one bridge to Pandoc."""
