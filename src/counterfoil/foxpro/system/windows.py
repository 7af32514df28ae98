"""The few calls of Windows that tables need, as values that a test can replace."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from dataclasses import dataclass

INVALID_HANDLE = (1 << 8 * ctypes.sizeof(ctypes.c_void_p)) - 1


class Overlapped(ctypes.Structure):
    """OVERLAPPED: where in the file, in two halves."""

    _fields_ = (
        ("Internal", ctypes.c_void_p),
        ("InternalHigh", ctypes.c_void_p),
        ("Offset", ctypes.c_uint32),
        ("OffsetHigh", ctypes.c_uint32),
        ("hEvent", ctypes.c_void_p),
    )


@dataclass(frozen=True, slots=True)
class Kernel:
    """Functions of kernel32 with their own parameters, and the way from descriptors to handles and back."""

    lock_file_ex: Callable[[int, int, int, int, int, Overlapped], int]
    unlock_file_ex: Callable[[int, int, int, int, Overlapped], int]
    create_file: Callable[[str, int, int, None, int, int, None], int | None]
    get_drive_type: Callable[[str], int]
    last_error: Callable[[], int]
    handle_of: Callable[[int], int]
    descriptor_of: Callable[[int, int], int]


if sys.platform == "win32":
    import msvcrt

    def load_kernel() -> Kernel:
        """The functions of the Windows that this runs on."""
        library = ctypes.WinDLL("kernel32", use_last_error=True)
        handle, number = ctypes.c_void_p, ctypes.c_uint32
        overlapped = ctypes.POINTER(Overlapped)
        library.LockFileEx.argtypes = (handle, number, number, number, number, overlapped)
        library.UnlockFileEx.argtypes = (handle, number, number, number, overlapped)
        library.CreateFileW.argtypes = (ctypes.c_wchar_p, number, number, handle, number, number, handle)
        library.CreateFileW.restype = handle
        library.GetDriveTypeW.argtypes = (ctypes.c_wchar_p,)
        return Kernel(
            lock_file_ex=library.LockFileEx,
            unlock_file_ex=library.UnlockFileEx,
            create_file=library.CreateFileW,
            get_drive_type=library.GetDriveTypeW,
            last_error=ctypes.get_last_error,
            handle_of=msvcrt.get_osfhandle,
            descriptor_of=msvcrt.open_osfhandle,
        )
