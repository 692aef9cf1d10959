"""`python -m samverk` is the command `samverk`."""

from samverk.cli import main

main()
