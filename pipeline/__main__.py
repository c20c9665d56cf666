"""`python -m pipeline` is the command `polyvita`."""

from pipeline.cli import command

command()
