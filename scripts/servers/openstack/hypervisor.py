"""Nova's fake hypervisor; snapshots get bytes, restarts forget nothing, builds can be made slow or made to fail."""
import io
import time
from nova import exception
from nova.compute import task_states
from nova.image import glance
from nova.virt import fake


class TestDriver(fake.FakeDriver):
    def _remember(self, instance):  # the fake keeps its machines in memory only
        if instance.uuid not in self.instances and instance.host == self._host:
            self.instances[instance.uuid] = fake.FakeInstance(instance.name, instance.power_state, instance.uuid)

    def get_host_uptime(self):
        return ' 00:00:00 up 1 day,  0:00,  1 user,  load average: 0.00, 0.00, 0.00'

    def get_info(self, instance, use_cache=True):
        if instance.vm_state not in (None, 'building', 'error', 'deleted'):
            self._remember(instance)
        return super().get_info(instance, use_cache)

    def power_off(self, instance, *a, **k):
        self._remember(instance)
        return super().power_off(instance, *a, **k)

    def power_on(self, context, instance, *a, **k):
        self._remember(instance)
        return super().power_on(context, instance, *a, **k)

    def spawn(self, context, instance, *a, **k):
        time.sleep(float(instance.metadata.get('test-build-seconds', 0.5)))
        if instance.metadata.get('test-build') == 'fail':
            raise exception.BuildAbortException(instance_uuid=instance.uuid, reason='asked to by test-build')
        return super().spawn(context, instance, *a, **k)

    def snapshot(self, context, instance, image_id, update_task_state):
        update_task_state(task_state=task_states.IMAGE_PENDING_UPLOAD)
        update_task_state(task_state=task_states.IMAGE_UPLOADING, expected_state=task_states.IMAGE_PENDING_UPLOAD)
        api, data = glance.API(), io.BytesIO(b'test snapshot of ' + instance.uuid.encode())
        meta = {'status': 'active', 'disk_format': 'raw', 'container_format': 'bare', 'properties': {}}
        api.update(context, image_id, meta, data, purge_props=False)
