"""How was the time of each line counted, whose fault was the rest, and what did its carrier promise?"""
