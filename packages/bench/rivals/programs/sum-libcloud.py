import os
from urllib.parse import urlsplit

from libcloud.storage.providers import get_driver
from libcloud.storage.types import Provider

endpoint = urlsplit(os.environ["ENDPOINT"])
driver = get_driver(Provider.GOOGLE_STORAGE)(os.environ["KEY"], os.environ["SECRET"], secure=False)
# The driver takes a host for an authentication type, so that its connection is pointed elsewhere afterwards.
for connection in (driver.connection, driver.json_connection):
    connection.host, connection.port = endpoint.hostname, endpoint.port
    connection.connect(host=endpoint.hostname, port=endpoint.port)
objects = total = 0
for item in driver.iterate_container_objects(driver.get_container("list-20")):
    objects += 1
    total += len(b"".join(item.as_stream()))
print(f"{objects} objects, {total} bytes")
