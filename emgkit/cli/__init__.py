"""Parse, call, print."""

import sys


def main() -> None:
    """Run the command line; every error of the input is one paragraph on standard error and exit 1."""
    from emgkit.cli.app import app
    from emgkit.errors import EmgkitError

    debug = "--debug" in sys.argv[1:]
    try:
        app()
    except EmgkitError as error:
        if debug:
            raise
        print(f"emgkit: {error}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        # the reader of our output has seen enough
        sys.stderr.close()
        sys.exit(1)
    except Exception as error:
        # a defect of emgkit, said without a traceback; it is shown whole with --debug
        if debug:
            raise
        print(
            f"emgkit: unexpected fault ({type(error).__name__}: {error}). Nothing was written. "
            "Run the command again with --debug and report what it shows.",
            file=sys.stderr,
        )
        sys.exit(1)
