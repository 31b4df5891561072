"""`python -m linnaeus_runtime`"""

import sys

from linnaeus_runtime.command import main

sys.exit(main())
