"""What was each line, device and bridge like, five minutes by five minutes?"""
