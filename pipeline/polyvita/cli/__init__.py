"""The command line: arguments, one module per command, terminal output."""
