"""What checking a push's signature costs, beside the bare digest of the same bytes."""

from __future__ import annotations

import hmac
import time
from base64 import b64encode
from collections.abc import Callable, Iterator

from standardwebhooks import Webhook

from bench.results import Result
from counterfoil.ports.clock import SystemClock
from counterfoil.security.secrets import Secret
from counterfoil.security.webhook_signature import Verdict, WebhookVerifier, sign

KEY = bytes(range(32))
TIMES = 5_000
SIZES = {"1 KiB": 1 << 10, "64 KiB": 1 << 16}
MICROSECONDS = 1_000_000


def run() -> Iterator[Result]:
    now = SystemClock().now()
    secrets = [Secret("whsec_" + b64encode(key).decode()) for key in (KEY[::-1], KEY)]
    verifiers = {"one secret": WebhookVerifier(secrets[1:]), "two secrets": WebhookVerifier(secrets)}
    for size, count in SIZES.items():
        body, stamp = b'"' + b"x" * (count - 2) + b'"', int(now.timestamp())
        headers = {
            "webhook-id": "m1",
            "webhook-timestamp": str(stamp),
            "webhook-signature": sign(secrets[1], "m1", stamp, body),
        }
        bare = _each(lambda body=body: hmac.digest(KEY, body, "sha256"))  # type: ignore[misc]
        yield Result(f"bare HMAC-SHA256 of {size}", bare, "µs")
        for name, verifier in verifiers.items():
            if verifier.check(headers, body, now) is not Verdict.GENUINE:
                raise AssertionError("the signature is not taken for genuine")
            cost = _each(lambda v=verifier, h=headers, b=body: v.check(h, b, now))  # type: ignore[misc]
            yield Result(f"signature checked, {size}, {name}", cost, "µs", f"{cost / bare:.1f} x bare")
        peer = _each(lambda h=headers, b=body: Webhook(KEY).verify(b.decode(), h))  # type: ignore[misc]
        yield Result(f"the same by standardwebhooks, {size}", peer, "µs", f"{peer / bare:.1f} x bare")


def _each(work: Callable[[], object]) -> float:
    """Microseconds of one, once it is warm."""
    for _ in range(TIMES // 10):
        work()
    started = time.perf_counter()
    for _ in range(TIMES):
        work()
    return (time.perf_counter() - started) / TIMES * MICROSECONDS
