"""Recipients' rules: the requirements of a recipient for a CV, checked on the finished files.

    rule file (data/dfg.yaml)   ──ruleset──▶ RuleSet ──────┐
    finished PDF, Word or text  ──measure──▶ MeasuredFile ─┴─engine──▶ one Verdict per rule

`registry` is the table of all kinds of rule, each with its code and the function that checks it.
"""
