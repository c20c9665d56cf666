"""`python -m pipeline` is the command `polyvita`."""

import sys

from pipeline.cli import command

sys.exit(command())
