"""`python -m worker.cli`: the command line without an installed script."""

from worker.cli import main

main()
