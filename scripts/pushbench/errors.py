"""What ends a command. Each error is one line that a person can act on."""


# How a command ends that did its work, beside 0: so that a script can tell these from a mistake (2) and a failure (1).
WORSE = 3  # compare: something got worse
NOTHING_JUDGED = 4  # there is no valid trial, or no interval: nothing can be said


class PushbenchError(Exception):
    """Something failed; the command ends with `exit_code`."""

    exit_code = 1


class UsageError(PushbenchError):
    """The command, a scenario file or a profile asks for what cannot be: exit 2, as servers and loadgen do."""

    exit_code = 2


class TrialError(PushbenchError):
    """One trial failed. The run keeps it, shows it, and goes on."""


def described(error: OSError) -> str:
    """What the system refused, for a person: the file first, where it says which."""
    file = f"{error.filename}: " if error.filename else ""
    return f"{file}{error.strerror or type(error).__name__}"


def one_line(text: str, limit: int = 300) -> str:
    """Folds a message into one line, because trial files and terminals show errors as one line."""
    folded = " ".join(text.split())
    return folded if len(folded) <= limit else folded[: limit - 1] + "…"
