"""`python -m pipeline` is the command `polyvita`."""

import sys

from pipeline.cli import main

sys.exit(main())
