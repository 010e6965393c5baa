"""What does it take for another machine to go on: how is it put into one file, and taken out of it again?"""
