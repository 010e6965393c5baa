"""For how long was each device, line and site up, and whose fault was the rest?"""
