"""From Process.start() to the first object out of it."""
import multiprocessing as mp
import time


def child(queue):
    queue.put(1)


if __name__ == "__main__":
    context = mp.get_context("spawn")
    start = time.perf_counter()
    queue = context.Queue()
    process = context.Process(target=child, args=(queue,))
    process.start()
    queue.get()
    print(f"ms={(time.perf_counter() - start) * 1000}")
    process.join()
