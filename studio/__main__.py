"""`python -m studio`: the same as the command `ricercar`."""

import sys

from studio.app.main import main

if __name__ == "__main__":
    sys.exit(main())
