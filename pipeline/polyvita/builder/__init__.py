"""One build from request to files: plan, select, fit, render, cache, write."""
