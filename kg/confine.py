"""What a process gives up before it sees a user's query: network, new programs, new files, and memory beyond a limit.

Linux without privileges: seccomp and, where the kernel grants one, a network namespace of its own; elsewhere only the limits.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from dataclasses import dataclass

# Numbers of the system calls that are refused, by machine; the first of the pair is the audit code of the architecture.
# socket, connect, socketpair, execve, execveat, ptrace, process_vm_readv, process_vm_writev; x86 also fork, vfork; io_uring_setup
# (which could open sockets past the filter), pidfd_getfd (which could borrow one).
_REFUSED = {
    "x86_64": (0xC000003E, (41, 42, 53, 59, 322, 101, 310, 311, 57, 58, 425, 438)),
    "aarch64": (0xC00000B7, (198, 203, 199, 221, 281, 117, 270, 271, 425, 438)),
}
_X32 = 0x40000000  # x86_64 knows each call a second time from this number on
_LOAD, _EQUAL, _REACHES, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _EACCES, _KILL = 0x7FFF0000, 0x00050000 | 13, 0x80000000
_NO_NEW_PRIVILEGES, _SECCOMP, _DIE_WITH_PARENT = 38, 22, 1
_NEW_NETWORK, _NEW_USER = 0x40000000, 0x10000000


@dataclass(frozen=True, slots=True)
class Sealed:
    """Which walls stand: the filter of system calls, and a network namespace without a network."""

    seccomp: bool
    network: bool


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def seal() -> Sealed:
    """Give up network and new programs, for good; to be called while the process has one thread."""
    if sys.platform != "linux":
        return Sealed(seccomp=False, network=False)
    libc = ctypes.CDLL(None, use_errno=True)
    alone = libc.unshare(_NEW_NETWORK) == 0 or libc.unshare(_NEW_USER | _NEW_NETWORK) == 0
    libc.prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    return Sealed(seccomp=_filter(libc), network=alone)


def limit(memory_bytes: int) -> None:
    """Give up new files, new processes, core dumps, and memory beyond what is in use now plus ``memory_bytes``."""
    for kind in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC):
        resource.setrlimit(kind, (0, 0))
    if sys.platform == "linux":
        ceiling = _pages(0) + memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))
    os.nice(5)


def resident() -> int:
    """Return the bytes of memory this process holds, 0 where the system does not say."""
    return _pages(1) if sys.platform == "linux" else 0


def _pages(column: int) -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[column]) * resource.getpagesize()


def _filter(libc: ctypes.CDLL) -> bool:
    """Have the kernel answer EACCES to the refused calls of this thread and all that it starts; False where it cannot."""
    if (known := _REFUSED.get(platform.machine())) is None:
        return False
    architecture, calls = known
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0), (_REACHES, len(calls) + 1, 0, _X32)]
    steps += [(_EQUAL, len(calls) - i, 0, number) for i, number in enumerate(calls)]
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _EACCES)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = _Program(len(steps), ctypes.cast(code, ctypes.c_void_p))
    return bool(libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0 and libc.prctl(_SECCOMP, 2, ctypes.byref(program), 0, 0) == 0)
