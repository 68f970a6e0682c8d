"""One cell of Apache Libcloud: the tasks of src/tasks, with the same JSON in (first argument) and out (descriptor 3)."""

import hashlib
import json
import os
import resource
import sys
import time

MIB = 1024 * 1024
SMALL = 1024


class Unsupported(Exception):
    pass


def content(size):
    """The content of the origin's objects: one mebibyte of noise, repeated."""
    block = hashlib.shake_256(b"").digest(MIB)
    return block * (size // MIB) + block[: size % MIB]


def connect(url, given):
    from libcloud.storage.providers import get_driver
    from libcloud.storage.types import Provider

    host, port = url.split("//")[1].split(":")
    driver = get_driver(Provider.GOOGLE_STORAGE)(given["key"], given["secret"], secure=False)
    # The driver takes a host for an authentication type, so that its connection is pointed elsewhere afterwards.
    for connection in (driver.connection, driver.json_connection):
        connection.host = host
        connection.port = int(port)
        connection.connect(host=host, port=int(port))
    return driver


class Client:
    def __init__(self, url, given):
        self.driver = connect(url, given)

    def object(self, container, name, size):
        from libcloud.storage.base import Container, Object

        holder = Container(container, {}, self.driver)
        return Object(name, size, None, {}, {}, holder, self.driver)

    def container(self, name):
        from libcloud.storage.base import Container

        return Container(name, {}, self.driver)

    def get(self, container, name, size):
        return b"".join(self.driver.download_object_as_stream(self.object(container, name, size)))

    def put(self, container, name, data):
        self.driver.upload_object_via_stream(iter([data]), self.container(container), name)

    def list(self, container):
        count, last = 0, None
        for item in self.driver.iterate_container_objects(self.container(container)):
            count, last = count + 1, item.name
        return count, last


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def measure_calls(given, work):
    def batch(calls):
        started = time.perf_counter()
        for _ in range(calls):
            work()
        return time.perf_counter() - started

    calls, warm = 1, time.perf_counter()
    while time.perf_counter() - warm < given["warmUpMs"] / 1000:
        took = batch(calls)
        calls = max(1, min(calls * 4, round(calls * 0.012 / max(took, 1e-5))))
    times, used, began = [], [], time.perf_counter()
    while time.perf_counter() - began < given["measureMs"] / 1000 and len(times) < 40:
        before = cpu()
        times.append(batch(calls) * 1e6 / calls)
        used.append((cpu() - before) * 1e6 / calls)
    return {"kind": "samples", "samples": {"time": times, "cpu": used}, "peakBytes": peak()}


def expect(condition, what):
    if not condition:
        raise AssertionError("wrong result: " + what)


def task_call(given, client):
    data = content(SMALL)
    if given["settings"]["verb"] == "PUT":
        return measure_calls(given, lambda: client.put("bench", "s1024/object", data))

    def work():
        expect(client.get("bench", "s1024/object", SMALL) == data, "other bytes")

    return measure_calls(given, work)


def task_list(given, client):
    length = int(given["settings"]["objects"])

    def work(objects=length):
        count, last = client.list("list-%d" % objects)
        expect((count, last) == (objects, "object-%08d" % (objects - 1)), "%s objects up to %s" % (count, last))

    if length == 1000:
        return measure_calls(given, work)
    work(5000)
    started, before = time.perf_counter(), cpu()
    work()
    elapsed, used = time.perf_counter() - started, cpu() - before
    return {"kind": "samples", "samples": {"time": [elapsed * 1e6], "cpu": [used * 1e6]}, "peakBytes": peak()}


def task_transfer(given, client):
    size = int(given["settings"]["sizeBytes"])
    direction = given["settings"]["direction"]
    path = os.path.join(given["services"]["folder"], "transfer-%d" % os.getpid())
    name = "s%d/transfer" % size
    if direction == "up":
        block = content(MIB)
        with open(path, "wb") as file:
            for _ in range(size // MIB):
                file.write(block)
    times = []
    for turn in range(1 if size > 256 * MIB else 3):
        started = time.perf_counter()
        if direction == "up":
            client.driver.upload_object(path, client.container("bench"), name)
        else:
            client.driver.download_object(client.object("bench", name, size), path, overwrite_existing=True)
        if turn > 0 or size > 256 * MIB:
            times.append((time.perf_counter() - started) * 1000)
    highest = peak()
    if direction == "down":
        block = content(MIB)
        with open(path, "rb") as file:
            for _ in range(size // MIB):
                expect(file.read(MIB) == block, "other bytes in the file")
    os.remove(path)
    samples = {direction: times, direction + "-peak": [highest]}
    return {"kind": "samples", "samples": samples, "peakBytes": highest}


def task_small_objects(given, client):
    slow = int(given["settings"]["delayMs"]) > 0
    count = 24 if slow else 1000
    data = content(SMALL)
    client.put("bench", "s1024/warm", data)
    started = time.perf_counter()
    for index in range(count):
        client.put("bench", "s1024/%d" % index, data)
    middle = time.perf_counter()
    for index in range(count):
        expect(client.get("bench", "s1024/%d" % index, SMALL) == data, "other bytes")
    scale = 1000 / count
    samples = {"up": [(middle - started) * scale], "down": [(time.perf_counter() - middle) * scale]}
    result = {"kind": "samples", "samples": samples}
    return {**result, "note": "measured with 24"} if slow else result


def task_cold(given, _):
    # Python's own modules that this file uses are loaded already, like Node's own.
    started = time.perf_counter()
    import libcloud.storage.drivers.google_storage  # noqa: F401

    imported = time.perf_counter() - started
    client = Client(given["services"]["origin"], given["services"])
    data = client.get("bench", "s1024/cold", SMALL)
    responded = time.perf_counter() - started
    expect(data == content(SMALL), "other bytes")
    return {"kind": "samples", "samples": {"import": [imported * 1000], "response": [responded * 1000]}}


def task_accepted(given, _):
    client = Client(given["services"]["storage"], given["services"])
    data = os.urandom(100_000)
    client.driver.create_container("accepted-libcloud")
    client.put("accepted-libcloud", "object", data)
    expect(client.get("accepted-libcloud", "object", len(data)) == data, "other bytes")
    path = os.path.join(given["services"]["folder"], "accepted-libcloud")
    found = client.driver.get_object("accepted-libcloud", "object")
    client.driver.download_object(found, path, overwrite_existing=True)
    client.driver.upload_object(path, client.container("accepted-libcloud"), "file")
    expect(client.get("accepted-libcloud", "file", len(data)) == data, "other bytes")
    expect(client.list("accepted-libcloud")[0] == 2, "a wrong listing")
    done = ["put", "get", "upload", "download", "list"]
    return {"kind": "samples", "samples": {"accepted": [len(done)]}, "note": ", ".join(done)}


def run(given):
    try:
        import importlib.util

        if importlib.util.find_spec("libcloud") is None:
            raise Unsupported("python3 has no libcloud here; Debian has it as python3-libcloud")
        if given.get("at", 1) > 1:
            raise Unsupported("a blocked thread has one call in flight")
        slow = int(given["settings"].get("delayMs", 0)) > 0
        services = given["services"]
        needs_client = given["task"] not in ("cold", "accepted")
        client = Client(services["slowOrigin" if slow else "origin"], services) if needs_client else None
        return globals()["task_" + given["task"].replace("-", "_")](given, client)
    except Unsupported as error:
        return {"kind": "unsupported", "why": str(error)}
    except BaseException as error:
        return {"kind": "failed", "why": "%s: %s" % (type(error).__name__, error)}


if __name__ == "__main__":
    os.write(3, json.dumps(run(json.loads(sys.argv[1]))).encode())
