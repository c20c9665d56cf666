"""Many CVs at once: build all of them on several processes or machines, report on all, and collect their items."""
