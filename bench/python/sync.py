"""Locks and shared data, used from a child process."""
import multiprocessing as mp
import sys
import time


def steps(shared, lock, rounds, queue):
    for _ in range(500):
        shared["count"] += 1
        lock.acquire()
        lock.release()
    start = time.perf_counter()
    for _ in range(rounds):
        shared["count"] += 1
    by_dict = time.perf_counter() - start
    start = time.perf_counter()
    for _ in range(rounds):
        lock.acquire()
        lock.release()
    queue.put((by_dict / rounds * 1e6, (time.perf_counter() - start) / rounds * 1e6))


def compete(me, lock, last, count, barrier, hold):
    barrier.wait()
    end = time.perf_counter() + 2
    while time.perf_counter() < end:
        with lock:
            if last.value != me:
                last.value = me
                count.value += 1
            if hold:
                leave = time.perf_counter() + hold
                while time.perf_counter() < leave:
                    pass


def take_turns(mine, after, count, barrier):
    barrier.wait()
    end = time.perf_counter() + 2
    while mine.recv_bytes() == b"turn" and time.perf_counter() < end:
        count.value += 1
        after.send_bytes(b"turn")
    after.send_bytes(b"end")


def take_one(lock, counter):
    with lock:
        counter.value -= 1


def main():
    context = mp.get_context("spawn")
    what, number = sys.argv[1], int(sys.argv[2])
    if what == "steps":
        with context.Manager() as manager:
            # Named here: a lock that nobody holds on to is gone before the child has opened it.
            queue, lock, shared = context.Queue(), context.Lock(), manager.dict(count=0)
            process = context.Process(target=steps, args=(shared, lock, number, queue))
            process.start()
            by_dict, by_lock = queue.get()
            process.join()
        print(f"dict={by_dict}")
        print(f"lock={by_lock}")
    elif what == "handoffs":
        lock, barrier = context.Lock(), context.Barrier(4)
        last, count = context.Value("q", 0, lock=False), context.Value("q", 0, lock=False)
        processes = [context.Process(target=compete, args=(i + 1, lock, last, count, barrier, number * 1e-6)) for i in range(4)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        print(f"rate={count.value / 2}")
    elif what == "turns":
        barrier, count = context.Barrier(number), context.Value("q", 0, lock=False)
        ends = [context.Pipe(duplex=False) for _ in range(number)]
        processes = [
            context.Process(target=take_turns, args=(ends[i][0], ends[(i + 1) % number][1], count, barrier)) for i in range(number)
        ]
        for process in processes:
            process.start()
        ends[0][1].send_bytes(b"turn")
        for process in processes:
            process.join()
        print(f"rate={count.value / 2}")
    else:
        lock, counter = context.Lock(), context.Value("q", number, lock=False)
        start = time.perf_counter()
        processes = [context.Process(target=take_one, args=(lock, counter)) for _ in range(number)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        print(f"s={time.perf_counter() - start}")
        assert counter.value == 0


if __name__ == "__main__":
    main()
