"""Trivial tasks through Pool.map. Steady: with the workers up; whole: with their start; warm: once more."""
import multiprocessing as mp
import os
import sys
import time


def task(x):
    return x


if __name__ == "__main__":
    count, chunk = int(sys.argv[1]), int(sys.argv[2]) or None
    workers = os.cpu_count()
    context = mp.get_context("spawn")
    start = time.perf_counter()
    with context.Pool(workers) as pool:
        pool.map(task, range(100 * workers), chunksize=1)
        steady = time.perf_counter()
        result = pool.map(task, range(count), chunksize=chunk)
        end = time.perf_counter()
        again = pool.map(task, range(count), chunksize=chunk)
        warm = time.perf_counter() - end
    assert len(result) == len(again) == count
    print(f"steady={count / (end - steady)}")
    print(f"whole={count / (end - start)}")
    print(f"warm={count / warm}")
