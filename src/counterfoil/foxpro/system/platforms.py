"""What differs between Linux and Windows: how bytes are locked and how a file is opened for everybody."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from counterfoil.foxpro.system.ranges import ByteLocks

Opener = Callable[[str, int], int]
"""Opens the file of a name with the system's flags and tells its descriptor."""

PLATFORM_LOCKS: ByteLocks
open_shared: Opener
"""Opens a file that others read and write at the same time."""
open_alone: Opener
"""Opens a file that nobody else has open; where the system cannot tell, locks must do."""

if sys.platform == "win32":
    from counterfoil.foxpro.system.locks_windows import WindowsLocks
    from counterfoil.foxpro.system.opening_windows import ALONE, WindowsOpener
    from counterfoil.foxpro.system.windows import load_kernel

    _KERNEL = load_kernel()
    PLATFORM_LOCKS = WindowsLocks(_KERNEL)
    open_shared = WindowsOpener(_KERNEL)
    open_alone = WindowsOpener(_KERNEL, share=ALONE)
else:
    from counterfoil.foxpro.system.locks_linux import LinuxLocks

    PLATFORM_LOCKS = LinuxLocks()
    open_shared = open_alone = os.open
