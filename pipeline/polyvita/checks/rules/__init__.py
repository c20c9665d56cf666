"""Recipients' rules: what a funding body asks of a CV, checked on the finished files.

    rule file (data/dfg.yaml) ──ruleset──▶ RuleSet ─┐
    finished PDF, Word, text  ──measure──▶ Measured ─┴─judge──▶ Verdict, rule by rule

`kinds` is the table of all kinds of rule, each with its code and the function that judges it.
"""
