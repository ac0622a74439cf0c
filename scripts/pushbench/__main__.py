import sys

try:
    from pushbench.cli.main import main
except ModuleNotFoundError as error:
    sys.exit(f"pushbench: this Python ({sys.executable}) lacks the module {error.name};"
             " use `make`, which finds one that has all, or run scripts/setup")
except KeyboardInterrupt:
    sys.exit(130)  # before anything began: reading the modules takes a moment

sys.exit(main())
