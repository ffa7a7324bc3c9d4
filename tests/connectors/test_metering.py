"""Requests are the currency, so they are counted right."""

from __future__ import annotations

import threading

from connectors.metering import RequestCount, RequestMeter


def test_threads_lose_no_count() -> None:
    meter = RequestMeter()

    def work() -> None:
        for _ in range(2_000):
            meter.read()
            meter.write()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert meter.snapshot() == (16_000, 16_000)


def test_a_cost_is_the_difference_of_two_moments() -> None:
    meter = RequestMeter(reads=5, writes=1)
    before = meter.snapshot()
    meter.read()
    assert meter.snapshot().since(before) == RequestCount(reads=1, writes=0)
    assert (meter.reads, meter.writes, repr(meter)) == (6, 1, "RequestMeter(6, 1)")
