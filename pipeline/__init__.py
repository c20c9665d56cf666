"""One annotated CV, every version of it."""
