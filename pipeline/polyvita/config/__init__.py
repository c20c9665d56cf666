"""Filter files, themes and expressions: YAML with line and column, checked against typed settings."""
