"""Has a value been beyond the limit of a rule for long enough, and is it over?"""
