"""Everything that judges and changes nothing: references, lint, privacy, recipients’ rules, finished files."""
