class Policy:
    def __init__(self, attempts=3):
        self.attempts = attempts
