"""Question sets, metrics, runs, reports and rivals.  Write `from eval.x import y`: `eval` itself is a builtin."""
