"""Objects out of one process, one by one, through a Queue or a Pipe."""
import multiprocessing as mp
import sys
import time


def produce(kind, count, put):
    for i in range(1, count + 1):
        put(i if kind == "integers" else {"Id": i, "Name": f"name {i}", "Ok": True})


def by_queue(kind, count, queue):
    produce(kind, count, queue.put)


def by_pipe(kind, count, pipe):
    produce(kind, count, pipe.send)


if __name__ == "__main__":
    kind, count, way = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    context = mp.get_context("spawn")
    start = time.perf_counter()
    if way == "queue":
        queue = context.Queue()
        process, take = context.Process(target=by_queue, args=(kind, count, queue)), queue.get
    else:
        ours, theirs = context.Pipe(duplex=False)
        process, take = context.Process(target=by_pipe, args=(kind, count, theirs)), ours.recv
    process.start()
    take()
    first = time.perf_counter()
    for _ in range(count - 1):
        take()
    end = time.perf_counter()
    process.join()
    print(f"rate={(count - 1) / (end - first)}")
    print(f"whole={count / (end - start)}")
