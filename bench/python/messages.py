"""Messages through a queue, from one process to another."""
import multiprocessing as mp
import resource
import sys
import time


def send(queue, count):
    for i in range(count):
        queue.put(i)
    queue.put(None)


def send_large(queue, count):
    item = bytes(1 << 20)
    for _ in range(count):
        queue.put(item)
    queue.put(None)


def receive(queue):
    count, start = 0, None
    while queue.get() is not None:
        count += 1
        start = start or time.perf_counter()
    return (count - 1) / (time.perf_counter() - start)


def report(queue, result):
    result.put(receive(queue))


def held():
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) / 1024


def main():
    context = mp.get_context("spawn")
    what, count = sys.argv[1], int(sys.argv[2])
    if what == "rate":
        queue = context.Queue()
        sender = context.Process(target=send, args=(queue, count))
        sender.start()
        print(f"parent={receive(queue)}")
        sender.join()
        queue, result = context.Queue(), context.Queue()
        processes = [context.Process(target=report, args=(queue, result)), context.Process(target=send, args=(queue, count))]
        for process in processes:
            process.start()
        print(f"child={result.get()}")
        for process in processes:
            process.join()
    else:
        queue = context.Queue(8)
        warm = context.Process(target=send, args=(queue, 1000))
        warm.start()
        receive(queue)
        warm.join()
        before = held()
        sender = context.Process(target=send_large, args=(queue, count))
        sender.start()
        receive(queue)
        sender.join()
        print(f"mb={resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before}")


if __name__ == "__main__":
    main()
