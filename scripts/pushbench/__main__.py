import sys

from pushbench.cli import main

sys.exit(main())
