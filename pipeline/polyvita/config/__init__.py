"""Filter files, themes and expressions: reading YAML with locations, and checking it against typed settings."""
