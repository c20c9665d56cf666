"""Word: the styles and the reference document made from a theme, and the last touch on what Pandoc writes."""
