"""The build, from a request to finished files: plan, select, fit, render, cache, write."""
