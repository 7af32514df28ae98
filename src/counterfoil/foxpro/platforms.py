"""What differs between Linux and Windows: how bytes are locked and how a file is opened for everybody."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from counterfoil.foxpro.ranges import ByteLocks

PLATFORM_LOCKS: ByteLocks
open_shared: Callable[[str, int], int]
"""Opens a file that others read and write at the same time."""

if sys.platform == "win32":
    from counterfoil.foxpro.locks_windows import WindowsLocks
    from counterfoil.foxpro.opening_windows import WindowsOpener
    from counterfoil.foxpro.windows import load_kernel

    _KERNEL = load_kernel()
    PLATFORM_LOCKS = WindowsLocks(_KERNEL)
    open_shared = WindowsOpener(_KERNEL)
else:
    from counterfoil.foxpro.locks_linux import LinuxLocks

    PLATFORM_LOCKS = LinuxLocks()
    open_shared = os.open
