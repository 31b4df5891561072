"""How the manual is made: pages from the package, terminal blocks from real commands. `mkdocs.yml` has the rest."""
