"""Pipes between processes: the round trip of a small object, and bytes a second."""
import multiprocessing as mp
import sys
import time


def echo(pipe):
    while (message := pipe.recv()) != "end":
        pipe.send(message)


def send(pipe, messages):
    data = bytes(1 << 20)
    for _ in range(messages):
        pipe.send_bytes(data)


def receive(pipe, messages, queue):
    pipe.recv_bytes()
    start = time.perf_counter()
    for _ in range(messages - 1):
        pipe.recv_bytes()
    queue.put((messages - 1) * (1 << 20) / (time.perf_counter() - start) / 1e6)


def receive_into(pipe, messages, queue):
    data = bytearray(1 << 20)
    pipe.recv_bytes()
    start = time.perf_counter()
    for _ in range(messages - 1):
        pipe.recv_bytes_into(data)
    queue.put((messages - 1) * (1 << 20) / (time.perf_counter() - start) / 1e6)


def main():
    context = mp.get_context("spawn")
    rounds, messages = int(sys.argv[1]), int(sys.argv[2])
    mine, theirs = context.Pipe()
    child = context.Process(target=echo, args=(theirs,))
    child.start()
    for _ in range(1000):
        mine.send("hello")
        mine.recv()
    start = time.perf_counter()
    for _ in range(rounds):
        mine.send("hello")
        mine.recv()
    print(f"trip={(time.perf_counter() - start) / rounds * 1e6}")
    mine.send("end")
    child.join()
    queue = context.Queue()
    for name, target in (("rate", receive), ("into", receive_into)):
        reader, writer = context.Pipe(duplex=False)
        sender = context.Process(target=send, args=(writer, messages))
        receiver = context.Process(target=target, args=(reader, messages, queue))
        sender.start()
        receiver.start()
        print(f"{name}={queue.get()}")
        sender.join()
        receiver.join()


if __name__ == "__main__":
    main()
