"""Tasks of a pool that lives on, sleeping tasks, and a child of a forkserver."""
import multiprocessing as mp
import os
import sys
import time


def task(x):
    return x


def sleep(x, short, long):
    time.sleep((short if x % 100 else long) / 1000)


def child(queue):
    queue.put(1)


def main():
    what, numbers = sys.argv[1], [int(number) for number in sys.argv[2:]]
    if what == "tasks":
        count, few = numbers
        with mp.get_context("spawn").Pool(os.cpu_count()) as pool:
            for result in [pool.apply_async(task, (i,)) for i in range(2000)]:
                result.get()
            start = time.perf_counter()
            got = [result.get() for result in [pool.apply_async(task, (i,)) for i in range(count)]]
            print(f"rate={count / (time.perf_counter() - start)}")
            assert len(got) == count
            for i in range(200):
                pool.apply(task, (i,))
            start = time.perf_counter()
            for i in range(few):
                pool.apply(task, (i,))
            print(f"us={(time.perf_counter() - start) / few * 1e6}")
    elif what == "forkserver":
        context = mp.get_context("forkserver")
        total = 0
        for i in range(6):
            start = time.perf_counter()
            queue = context.SimpleQueue()
            process = context.Process(target=child, args=(queue,))
            process.start()
            queue.get()
            # The first one starts the server.
            total += (time.perf_counter() - start) * 1000 if i else 0
            process.join()
        print(f"ms={total / 5}")
    else:
        count, workers, short, long = numbers
        with mp.get_context("spawn").Pool(workers) as pool:
            pool.starmap(sleep, [(1, 10, 10)] * (workers * 10), chunksize=1)
            start = time.perf_counter()
            pool.starmap(sleep, [(i + 1, short, long) for i in range(count)], chunksize=1)
            print(f"s={time.perf_counter() - start}")


if __name__ == "__main__":
    main()
