# The configuration of all services, written into $D/etc. Sourced by start.sh.
authtoken() { cat <<EOF
[keystone_authtoken]
www_authenticate_uri = http://127.0.0.1:$KEYSTONE/
service_token_roles = service
service_token_roles_required = true
token_cache_time = -1
$(creds "$1")
EOF
}
creds() { cat <<EOF
auth_url = http://127.0.0.1:$KEYSTONE/v3
auth_type = password
username = $1
password = test$1
project_name = service
user_domain_name = Default
project_domain_name = Default
region_name = RegionOne
EOF
}
cat >"$D/etc/keystone.conf" <<EOF
[DEFAULT]
public_endpoint = http://127.0.0.1:$KEYSTONE/
[database]
connection = $(db keystone)
[token]
provider = fernet
expiration = ${TOKEN_SECONDS:-3600}
[fernet_tokens]
key_repository = $D/keystone/fernet
[fernet_receipts]
key_repository = $D/keystone/fernet
[credential]
key_repository = $D/keystone/credential
[identity]
password_hash_rounds = 4
max_password_length = 72
[cache]
enabled = true
backend = dogpile.cache.memory_pickle
EOF
cat >"$D/etc/placement.conf" <<EOF
[placement_database]
connection = $(db placement)
[api]
auth_strategy = keystone
$(authtoken placement)
EOF
cat >"$D/etc/glance.conf" <<EOF
[DEFAULT]
bind_host = 127.0.0.1
bind_port = $GLANCE
workers = 0
enabled_backends = test:file
node_staging_uri = file://$D/glance/stage
[glance_store]
default_backend = test
[test]
filesystem_store_datadir = $D/glance/images
[os_glance_staging_store]
filesystem_store_datadir = $D/glance/stage
[os_glance_tasks_store]
filesystem_store_datadir = $D/glance/tasks
[paste_deploy]
flavor = keystone
config_file = $D/etc/glance-paste.ini
[database]
connection = $(db glance)
[oslo_concurrency]
lock_path = $D/lock
$(authtoken glance)
EOF
cat >"$D/etc/glance-paste.ini" <<EOF
[pipeline:glance-api-keystone]
pipeline = http_proxy_to_wsgi versionnegotiation authtoken context rootapp
[composite:rootapp]
paste.composite_factory = glance.api:root_app_factory
/: apiversions
/v2: apiv2app
[app:apiversions]
paste.app_factory = glance.api.versions:create_resource
[app:apiv2app]
paste.app_factory = glance.api.v2.router:API.factory
[filter:versionnegotiation]
paste.filter_factory = glance.api.middleware.version_negotiation:VersionNegotiationFilter.factory
[filter:context]
paste.filter_factory = glance.api.middleware.context:ContextMiddleware.factory
[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
delay_auth_decision = true
[filter:http_proxy_to_wsgi]
paste.filter_factory = oslo_middleware:HTTPProxyToWSGI.factory
EOF
cat >"$D/etc/nova.conf" <<EOF
[DEFAULT]
my_ip = 127.0.0.1
state_path = $D/nova
instances_path = $D/nova/instances
compute_driver = testvirt.TestDriver
transport_url = $MQ
enabled_apis = osapi_compute
osapi_compute_listen = 127.0.0.1
osapi_compute_listen_port = $NOVA
osapi_compute_workers = 1
allow_resize_to_same_host = true
shutdown_timeout = 1
rpc_response_timeout = 30
periodic_fuzzy_delay = 0
[wsgi]
api_paste_config = $D/etc/nova-paste.ini
[api]
auth_strategy = keystone
[conductor]
workers = 1
[scheduler]
workers = 1
discover_hosts_in_cells_interval = 5
[oslo_concurrency]
lock_path = $D/lock
[oslo_policy]
enforce_scope = true
enforce_new_defaults = true
[vnc]
enabled = false
[glance]
api_servers = http://127.0.0.1:$GLANCE
[placement]
$(creds placement)
[neutron]
$(creds neutron)
[cinder]
os_region_name = RegionOne
[service_user]
send_service_user_token = true
$(creds nova)
$(authtoken nova)
EOF
printf '[api_database]\nconnection = %s\n[database]\nconnection = %s\n' "$(db nova_api)" "$(db nova)" >"$D/etc/nova-db.conf" # not for nova-compute
cat >"$D/etc/nova-paste.ini" <<EOF
[composite:osapi_compute]
use = call:nova.api.openstack.urlmap:urlmap_factory
/: oscomputeversions
/v2.1: oscomputeversion_v2
/v2.1/+: openstack_compute_api_v21
[composite:openstack_compute_api_v21]
use = call:nova.api.auth:pipeline_factory_v21
keystone = http_proxy_to_wsgi compute_req_id faultwrap request_log sizelimit authtoken keystonecontext osapi_compute_app_v21
[filter:request_log]
paste.filter_factory = nova.api.openstack.requestlog:RequestLog.factory
[filter:compute_req_id]
paste.filter_factory = nova.api.compute_req_id:ComputeReqIdMiddleware.factory
[filter:faultwrap]
paste.filter_factory = nova.api.openstack:FaultWrapper.factory
[filter:sizelimit]
paste.filter_factory = oslo_middleware:RequestBodySizeLimiter.factory
[filter:http_proxy_to_wsgi]
paste.filter_factory = oslo_middleware.http_proxy_to_wsgi:HTTPProxyToWSGI.factory
[app:osapi_compute_app_v21]
paste.app_factory = nova.api.openstack.compute:APIRouterV21.factory
[pipeline:oscomputeversions]
pipeline = faultwrap request_log http_proxy_to_wsgi oscomputeversionapp
[pipeline:oscomputeversion_v2]
pipeline = compute_req_id faultwrap request_log http_proxy_to_wsgi oscomputeversionapp_v2
[app:oscomputeversionapp]
paste.app_factory = nova.api.openstack.compute.versions:Versions.factory
[app:oscomputeversionapp_v2]
paste.app_factory = nova.api.openstack.compute.versions:VersionsV2.factory
[filter:keystonecontext]
paste.filter_factory = nova.api.auth:NovaKeystoneContext.factory
[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
EOF
cat >"$D/etc/neutron.conf" <<EOF
[DEFAULT]
bind_host = 127.0.0.1
bind_port = $NETWORK
state_path = $D/neutron
core_plugin = ml2
service_plugins = router
transport_url = $MQ
api_workers = 1
rpc_workers = 0
rpc_state_report_workers = 0
api_paste_config = $D/etc/neutron-paste.ini
dhcp_agent_notification = false
notify_nova_on_port_status_changes = true
notify_nova_on_port_data_changes = true
send_events_interval = 1
[ml2]
type_drivers = local,flat
tenant_network_types = local
mechanism_drivers = isobar
extension_drivers = port_security
[ml2_type_flat]
flat_networks = *
[securitygroup]
enable_security_group = true
firewall_driver = noop
[database]
connection = $(db neutron)
[oslo_concurrency]
lock_path = $D/lock
[nova]
$(creds nova)
$(authtoken neutron)
EOF
cat >"$D/etc/neutron-paste.ini" <<EOF
[composite:neutron]
use = egg:Paste#urlmap
/: neutronversions_composite
/v2.0: neutronapi_v2_0
[composite:neutronapi_v2_0]
use = call:neutron.auth:pipeline_factory
keystone = http_proxy_to_wsgi request_id catch_errors authtoken keystonecontext extensions neutronapiapp_v2_0
[composite:neutronversions_composite]
use = call:neutron.auth:pipeline_factory
keystone = http_proxy_to_wsgi neutronversions
[filter:request_id]
paste.filter_factory = oslo_middleware:RequestId.factory
[filter:catch_errors]
paste.filter_factory = oslo_middleware:CatchErrors.factory
[filter:http_proxy_to_wsgi]
paste.filter_factory = oslo_middleware.http_proxy_to_wsgi:HTTPProxyToWSGI.factory
[filter:keystonecontext]
paste.filter_factory = neutron.auth:NeutronKeystoneContext.factory
[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
[filter:extensions]
paste.filter_factory = neutron.api.extensions:plugin_aware_extension_middleware_factory
[app:neutronversions]
paste.app_factory = neutron.pecan_wsgi.app:versions_factory
[app:neutronapiapp_v2_0]
paste.app_factory = neutron.api.v2.router:APIRouter.factory
EOF
cat >"$D/etc/cinder.conf" <<EOF
[DEFAULT]
my_ip = 127.0.0.1
host = test
periodic_fuzzy_delay = 0
state_path = $D/cinder
transport_url = $MQ
osapi_volume_listen = 127.0.0.1
osapi_volume_listen_port = $VOLUME
osapi_volume_workers = 1
api_paste_config = $D/etc/cinder-paste.ini
auth_strategy = keystone
enabled_backends = test
glance_api_servers = http://127.0.0.1:$GLANCE
image_conversion_dir = $D/cinder/conversion
resource_query_filters_file = $D/etc/cinder-filters.json
[test]
volume_driver = testcloud.TestVolumeDriver
volume_backend_name = test
[database]
connection = $(db cinder)
[coordination]
backend_url = file://$D/cinder/coordination
[oslo_concurrency]
lock_path = $D/lock
[nova]
$(creds nova)
[service_user]
send_service_user_token = true
$(creds cinder)
$(authtoken cinder)
EOF
cat >"$D/etc/cinder-paste.ini" <<EOF
[composite:osapi_volume]
use = call:cinder.api:root_app_factory
/: apiversions
/v3: openstack_volume_api_v3
[composite:openstack_volume_api_v3]
use = call:cinder.api.middleware.auth:pipeline_factory
keystone = request_id http_proxy_to_wsgi faultwrap sizelimit authtoken keystonecontext apiv3
[filter:http_proxy_to_wsgi]
paste.filter_factory = oslo_middleware.http_proxy_to_wsgi:HTTPProxyToWSGI.factory
[filter:faultwrap]
paste.filter_factory = cinder.api.middleware.fault:FaultWrapper.factory
[filter:sizelimit]
paste.filter_factory = oslo_middleware.sizelimit:RequestBodySizeLimiter.factory
[app:apiv3]
paste.app_factory = cinder.api.v3.router:APIRouter.factory
[pipeline:apiversions]
pipeline = request_id http_proxy_to_wsgi faultwrap osvolumeversionapp
[app:osvolumeversionapp]
paste.app_factory = cinder.api.versions:Versions.factory
[filter:keystonecontext]
paste.filter_factory = cinder.api.middleware.auth:CinderKeystoneContext.factory
[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
[filter:request_id]
paste.filter_factory = cinder.api.middleware.request_id:RequestId.factory
EOF
cat >"$D/etc/cinder-filters.json" <<EOF
{"volume": ["name", "status", "metadata", "bootable", "availability_zone", "size", "created_at", "updated_at"],
 "snapshot": ["name", "status", "volume_id", "metadata", "availability_zone"],
 "attachment": ["volume_id", "status", "instance_id", "attach_status"], "volume_type": ["is_public", "extra_specs"]}
EOF
