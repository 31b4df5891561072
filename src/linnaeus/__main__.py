"""`python -m linnaeus` is the command `linnaeus`."""

from linnaeus.cli import main

if __name__ == "__main__":
    main()
