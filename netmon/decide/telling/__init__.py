"""What is said of an incident, to whom, and in which words?"""
