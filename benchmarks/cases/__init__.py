"""The cases, one a module; each has ``run(bench)``, which yields rows as they are measured."""
