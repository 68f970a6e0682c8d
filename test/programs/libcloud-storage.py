"""Apache Libcloud's driver for Google Cloud Storage against an emulator. Prints what it saw as JSON."""

import json
import sys
import tempfile

from libcloud.storage.providers import get_driver
from libcloud.storage.types import Provider


def name_of_error(work):
    try:
        work()
    except Exception as error:
        return type(error).__name__
    return None


host, port, key, secret = sys.argv[1:5]
driver = get_driver(Provider.GOOGLE_STORAGE)(key, secret, secure=False)
# The driver derives the type of authentication from its host, so the host of both connections is changed afterwards.
for connection in (driver.connection, driver.json_connection):
    connection.host = host
    connection.port = int(port)
    connection.connect(host=host, port=int(port))

seen = {}
container = driver.create_container("libcloud-bucket")
seen["duplicate"] = name_of_error(lambda: driver.create_container("libcloud-bucket"))
seen["containers"] = [one.name for one in driver.iterate_containers()]
container.upload_object_via_stream(
    iter([b"hello ", b"libcloud"]),
    "dir/n 1.txt",
    extra={"meta_data": {"reviewer": "jane"}, "content_type": "text/plain"},
)
with tempfile.NamedTemporaryFile() as file:
    file.write(b"x" * 100_000)
    file.flush()
    container.upload_object(file.name, "file")
seen["names"] = [one.name for one in container.list_objects()]
seen["prefixed"] = [one.name for one in container.list_objects(prefix="dir/")]
found = driver.get_object("libcloud-bucket", "dir/n 1.txt")
seen["object"] = [found.size, found.hash, found.meta_data]
seen["content"] = b"".join(found.as_stream()).decode()
seen["range"] = b"".join(driver.download_object_range_as_stream(found, 1, 5)).decode()

driver.ex_set_permissions("libcloud-bucket", "file", entity="user-x@example.com", role="READER")
driver.ex_set_permissions("libcloud-bucket", entity="allUsers", role="READER")
seen["permissions"] = [
    driver.ex_get_permissions("libcloud-bucket", "file"),
    driver.ex_get_permissions("libcloud-bucket"),
]
driver.ex_delete_permissions("libcloud-bucket", "file", entity="user-x@example.com")

seen["notEmpty"] = name_of_error(container.delete)
for one in container.list_objects():
    one.delete()
container.delete()
seen["gone"] = name_of_error(lambda: driver.get_container("libcloud-bucket"))
print(json.dumps(seen))
