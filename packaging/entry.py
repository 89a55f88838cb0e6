"""Where the frozen program begins: `workbench/__main__.py`, as `python -m workbench` does."""

import sys

from workbench.__main__ import main

sys.exit(main())
