from .policy import Policy
from .retry import retry

__all__ = ["Policy", "retry"]
