"""Run the command `polyvita` with `python -m polyvita`."""

from polyvita.cli.main import command

command()
