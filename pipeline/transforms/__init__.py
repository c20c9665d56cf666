"""What happens to the tree between reading and writing, one transform per file.

A transform is a pure function from a Document (and options by keyword) to a Document. `build` holds their order.
"""
