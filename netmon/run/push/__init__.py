"""How do numbers leave for a server that may be away for days?"""
