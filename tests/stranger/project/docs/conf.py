"""What somebody writes who has read docs/any-sphinx-project.md."""

project = "heatlab"
extensions = ["texsor.site"]
exclude_patterns = ["drafts"]
myst_enable_extensions = ["dollarmath"]
texsor_depends_on = ["../src/**/*.py"]
