"""Children started at once, all waited for."""
import multiprocessing as mp
import sys
import time


def child():
    pass


if __name__ == "__main__":
    context = mp.get_context("spawn")
    warm = context.Process(target=child)
    warm.start()
    warm.join()
    start = time.perf_counter()
    processes = [context.Process(target=child) for _ in range(int(sys.argv[1]))]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print(f"s={time.perf_counter() - start}")
