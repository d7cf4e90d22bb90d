"""What calling the outside may come to."""


class Unreachable(Exception):
    """The address could not be reached."""

    def __init__(self, reason: str) -> None:
        """`reason`: a word of ours, for logs and operators only. Towards the outside all failures look alike."""
        super().__init__((type(self).__doc__ or "").partition("\n")[0])
        self.reason = reason
