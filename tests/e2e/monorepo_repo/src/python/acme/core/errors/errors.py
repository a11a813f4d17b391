class AcmeError(Exception):
    pass


class NotFoundError(AcmeError):
    pass
