"""Import: make an annotated CV from files that people have, such as a Word file. No other room converts documents."""
