"""`python -m polyvita` is the command `polyvita`."""

from polyvita.cli.main import command

command()
