"""A process that imports TensorFlow once and then forks the tasks of clusters.

Starting Python and importing TensorFlow takes seconds, a fork takes milliseconds. Nothing of
TensorFlow has run in the process that is forked, no session and no server, so every task begins
like a fresh program. Requests come through the socket whose descriptor is the only argument; each
brings a task's standard input and output, which are one socket, and its standard error. When the
other end is closed, because its process ended or was killed, and at the latest after
`LONGEST_LIFE`, all tasks are killed.
"""

import contextlib
import json
import os
import runpy
import select
import signal
import socket
import sys
import time
import traceback

LONGEST_LIFE = 20 * 60  # seconds


def serve(control: socket.socket) -> None:
    """Fork a task for every request, until `control` is closed or it has been long enough."""
    deadline = time.monotonic() + LONGEST_LIFE
    tasks = []
    while select.select([control], [], [], max(0, deadline - time.monotonic()))[0]:
        request, descriptors, _, _ = socket.recv_fds(control, 65536, 2)
        if not request:
            break
        pid = os.fork()
        if pid == 0:
            control.close()
            _become(*descriptors, **json.loads(request))
        for descriptor in descriptors:
            os.close(descriptor)
        tasks.append(pid)
        control.sendall(f"{pid}\n".encode())
    for pid in tasks:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    # Waited for only now: until then no other process can be given one of these numbers.
    for pid in tasks:
        os.waitpid(pid, 0)


def _become(
    talk: int, errors: int, script: str, arguments: list[str], directory: str, variables: dict
) -> None:
    # Run the script as `python script arguments` would, and never return.
    for here, there in ((talk, 0), (talk, 1), (errors, 2)):
        os.dup2(here, there)
    os.close(talk)
    os.close(errors)
    sys.stdin, sys.stdout = os.fdopen(0), os.fdopen(1, "w", buffering=1)
    os.environ.update(variables)
    status = 0
    try:
        os.chdir(directory)
        sys.argv = [script, *arguments]
        runpy.run_path(script, run_name="__main__")
    except BaseException:
        traceback.print_exc()
        status = 1
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    import tensorflow  # noqa: F401, for the tasks

    serve(socket.socket(fileno=int(sys.argv[1])))
