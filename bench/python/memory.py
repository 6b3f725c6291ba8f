"""The parent's peak over items that stream through Pool.imap, above what it held after a warm-up."""
import multiprocessing as mp
import os
import resource
import sys


def task(x):
    return x


def held():
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) / 1024


if __name__ == "__main__":
    with mp.get_context("spawn").Pool(os.cpu_count()) as pool:
        for _ in pool.imap(task, range(20000), chunksize=100):
            pass
        before = held()
        for _ in pool.imap(task, range(int(sys.argv[1])), chunksize=100):
            pass
    print(f"mb={resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before}")
