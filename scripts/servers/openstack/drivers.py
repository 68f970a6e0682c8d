"""A Neutron mechanism driver that binds every port at once, and Cinder's fake volume driver with what it lacks."""
try:
    from neutron_lib.api.definitions import portbindings
    from neutron_lib.plugins.ml2 import api

    class TestMechanismDriver(api.MechanismDriver):
        def initialize(self):
            pass

        def bind_port(self, context):
            for segment in context.segments_to_bind:
                return context.set_binding(segment[api.ID], portbindings.VIF_TYPE_OVS,
                                           {portbindings.CAP_PORT_FILTER: True}, status='ACTIVE')
except ImportError:
    pass


def __getattr__(name):  # Cinder asks for it by name; Neutron must not import Cinder
    if name != 'TestVolumeDriver':
        raise AttributeError(name)
    from cinder import interface
    from cinder.tests import fake_driver

    @interface.volumedriver
    class TestVolumeDriver(fake_driver.FakeLoggingVolumeDriver):
        def _update_volume_stats(self):
            super()._update_volume_stats()
            self._stats['pools'][0].update(reserved_percentage=0, replication_enabled=False, group_replication_enabled=False, multiattach=True)

        def extend_volume(self, volume, new_size): pass
        def copy_image_to_volume(self, context, volume, image_service, image_id, disable_sparse=False): pass
        def clone_image(self, context, volume, image_location, image_meta, image_service): return {}, True
        def revert_to_snapshot(self, context, volume, snapshot): pass

        def copy_volume_to_image(self, context, volume, image_service, image_meta):
            import io
            image_service.update(context, image_meta['id'], {}, io.BytesIO(b'test volume ' + volume.id.encode()))
    globals()[name] = TestVolumeDriver
    return TestVolumeDriver
