"""Parse, call, print."""

import errno
import sys

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""What the system says where standard output goes to a full disk; of other files it has the name."""


def main() -> None:
    """Run the command line; every error of the input is one paragraph on standard error and exit 1."""
    from emgkit.cli.app import app
    from emgkit.cli.plain import in_one_line
    from emgkit.errors import EmgkitError

    debug = "--debug" in sys.argv[1:]
    try:
        app()
    except EmgkitError as error:
        if debug:
            raise
        print(f"emgkit: {in_one_line(str(error))}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        # the reader of our output has seen enough
        sys.stderr.close()
        sys.exit(1)
    except Exception as error:
        if debug:
            raise
        # files appear whole or not at all; whether there are some is not known here
        print(f"emgkit: {in_one_line(_said(error))} Files that were written are whole.", file=sys.stderr)
        sys.exit(1)


def _said(error: Exception) -> str:
    """Return a full disk behind standard output, or a defect of emgkit, without a traceback."""
    if isinstance(error, OSError) and error.filename is None and error.errno in _NO_ROOM:
        return f"what is printed cannot be written ({error.strerror})."
    return (
        f"unexpected fault ({type(error).__name__}: {error}). Run the command again with --debug and report "
        "what it shows."
    )
