"""Kernel doors that no notebook needs, shut for a student's process and all that it starts.

A second wall behind bubblewrap: what a namespace does not cover (the keyring of a user, virtual
sockets to the host of a virtual machine), memory that no process is seen to hold, and the parts of
the kernel where most escapes were found. The filter is classic BPF over the system call's number
and arguments (``man 2 seccomp``), put together here for the two machines that people have.

This file stands alone: it runs inside the isolated process.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from functools import cache

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
ALLOW, REFUSE = 0x7FFF0000, 0x00050000
LOAD, AND, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCH, ARGUMENTS = 0, 4, 16  # offsets in ``struct seccomp_data``
X32 = 0x40000000
#: New mount, cgroup, UTS, IPC, user, PID, network or time namespace.
CLONE_NEW = 0x7E020080
MAP_SHARED_ANONYMOUS = 0x21
#: Unix, IPv4, IPv6. Not netlink, packet, vsock (it reaches the host) nor crypto.
FAMILIES = (1, 2, 10)

#: Refused outright: (x86_64, aarch64); None where the machine has no such call.
REFUSED = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "syslog": (103, 116),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "clock_settime": (227, 112),
    "settimeofday": (164, 170),
    "iopl": (172, None),
    "ioperm": (173, None),
    "modify_ldt": (154, None),
}
#: Refused when their first argument is another process than the caller (which is 0).
ON_OTHERS = {
    "prlimit64": (302, 261),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274),
}
#: Refused or not according to an argument.
CLONE, CLONE3, SOCKET, SOCKETPAIR, MMAP = (
    (56, 220),
    (435, 435),
    (41, 198),
    (53, 199),
    (9, 222),
)
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)


def _argument(position: int) -> bytes:
    """Load the low half of an argument (both machines are little-endian)."""
    return _step(LOAD, ARGUMENTS + 8 * position)


def _refuse(number: int) -> bytes:
    return _step(RETURN, REFUSE | number)


def _when(number: int, block: bytes) -> bytes:
    """Run ``block``, which ends with a return, for one system call."""
    return _step(EQUAL, number, 0, len(block) // 8) + block


@cache
def program(machine: str) -> bytes:
    """The filter as ``struct sock_filter`` items. Raises KeyError for another machine."""
    column, arch = MACHINES[machine]
    denied, missing = _refuse(errno.EPERM), _refuse(errno.ENOSYS)
    allowed = _step(RETURN, ALLOW)
    steps = [_step(LOAD, ARCH), _step(EQUAL, arch, 1, 0), missing, _step(LOAD, NUMBER)]
    if machine == "x86_64":
        steps += [_step(AT_LEAST, X32, 0, 1), missing]
    family = b"".join(_step(EQUAL, each, len(FAMILIES) - i) for i, each in enumerate(FAMILIES))
    family = _argument(0) + family + _refuse(errno.EAFNOSUPPORT) + allowed
    shared = _argument(3) + _step(AND, MAP_SHARED_ANONYMOUS)
    shared += _step(EQUAL, MAP_SHARED_ANONYMOUS, 0, 1) + denied + allowed
    fork = _argument(0) + _step(ANY_BIT, CLONE_NEW, 0, 1) + denied + allowed
    steps += [_when(MMAP[column], shared), _when(CLONE[column], fork)]
    steps += [_when(CLONE3[column], missing)]  # its flags are out of sight: callers use clone
    steps += [_when(each[column], family) for each in (SOCKET, SOCKETPAIR)]
    other = _argument(0) + _step(EQUAL, 0, 0, 1) + allowed + denied
    steps += [_when(each[column], other) for each in ON_OTHERS.values()]
    numbers = [each[column] for each in REFUSED.values()]
    steps += [_when(number, denied) for number in numbers if number is not None]
    return b"".join([*steps, allowed])


def install() -> bool:
    """Shut the doors for this process and its descendants, for good; False if it cannot be."""
    try:
        steps = program(platform.machine())
        prctl = ctypes.CDLL(None, use_errno=True).prctl
    except (KeyError, OSError, AttributeError):
        return False
    buffer = ctypes.create_string_buffer(steps, len(steps))
    header = struct.pack("HxxxxxxP", len(steps) // 8, ctypes.addressof(buffer))
    found = ctypes.create_string_buffer(header, len(header))
    prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    if prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(found), 0, 0) == 0)
