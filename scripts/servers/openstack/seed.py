"""seed.py identity | resources: what a new cloud's administrator does first. Every step can be repeated."""
import json, os, sys, time, requests
K, P, G, N, Q, V = ('http://127.0.0.1:' + p for p in os.environ['TEST_PORTS'].split())
computes = int(os.environ['TEST_COMPUTES'])
s = requests.Session()
s.trust_env = False


def token(user, password, project, domain='Default'):
    r = s.post(K + '/v3/auth/tokens', json={'auth': {
        'identity': {'methods': ['password'], 'password': {'user': {'name': user, 'password': password, 'domain': {'name': domain}}}},
        'scope': {'project': {'name': project, 'domain': {'name': domain}}}}})
    r.raise_for_status()
    return r.headers['X-Subject-Token'], r.json()['token']['project']['id']


T, admin_project = token('admin', 'testadmin', 'admin')


def call(method, url, ok=(), t=None, **k):
    h = {'X-Auth-Token': t or T, **({'OpenStack-API-Version': 'compute 2.93'} if url.startswith(N) else {})}
    r = s.request(method, url, headers={**h, **k.pop('headers', {})}, **k)
    if not r.ok and r.status_code not in ok:
        raise SystemExit(f'{method} {url}: {r.status_code} {r.text[:500]}')
    return r.json() if r.content and 'json' in r.headers.get('content-type', '') else {}


def ensure(url, key, body, t=None, **query):
    many = key + ('es' if key.endswith('x') else 's') if key != 'policy' else 'policies'
    found = [x for x in call('GET', url, t=t, params=query)[many]
             if all(x.get(k) == v for k, v in body.items() if k in ('name', 'type', 'interface', 'region_id', 'service_id', 'network_id', 'cidr', 'domain_id') or (k == 'id' and key == 'region'))]
    return found[0] if found else call('POST', url, t=t, json={key: body})[key]


def fresh(url, binary, many):
    """until that many of these have reported to the database since they were started"""
    until = time.time() + 120
    while len([x for x in call('GET', url)['services'] if x['binary'] == binary and x['state'] == 'up' and (x['updated_at'] or '') >= os.environ['TEST_SINCE']]) < many:
        if time.time() > until:
            raise SystemExit(binary + ' did not come up')
        time.sleep(0.5)


def identity():
    roles = {r['name']: r['id'] for r in call('GET', K + '/v3/roles')['roles']}
    if 'service' not in roles:
        roles['service'] = ensure(K + '/v3/roles', 'role', {'name': 'service'})['id']
    ensure(K + '/v3/regions', 'region', {'id': 'RegionTwo', 'description': 'the same cloud under another name'})
    where = {'identity': ('keystone', K + '/v3/'), 'placement': ('placement', P), 'image': ('glance', G), 'compute': ('nova', N + '/v2.1'), 'network': ('neutron', Q)}
    where['volumev3'] = ('cinderv3', V + '/v3/%(project_id)s')
    have = {(e['service_id'], e['region_id'], e['interface']) for e in call('GET', K + '/v3/endpoints')['endpoints']}
    for kind, (name, url) in where.items():
        sid = ensure(K + '/v3/services', 'service', {'type': kind, 'name': name})['id']
        for region in 'RegionOne', 'RegionTwo':
            for face in 'public', 'internal', 'admin':
                if (sid, region, face) not in have:
                    call('POST', K + '/v3/endpoints', json={'endpoint': {'service_id': sid, 'region_id': region, 'interface': face, 'url': url}})
    def user(name, password, project, grants, domain='default'):
        p = ensure(K + '/v3/projects', 'project', {'name': project, 'domain_id': domain})['id']
        u = ensure(K + '/v3/users', 'user', {'name': name, 'password': password, 'domain_id': domain})['id']
        for g in grants:
            call('PUT', f'{K}/v3/projects/{p}/users/{u}/roles/{roles[g]}')
    for n in 'nova', 'placement', 'glance', 'neutron', 'cinder':
        user(n, 'test' + n, 'service', ['admin', 'service'])
    user('test', 'testsecret', 'test', ['member', 'reader'])
    user('test', 'testsecret', 'testtwo', ['member'])
    user('reader', 'testreader', 'test', ['reader'])
    other = ensure(K + '/v3/domains', 'domain', {'name': 'other'})['id']
    user('other', 'testother', 'other', ['member'], other)


def resources():
    for i, (name, vcpus, ram, disk) in enumerate([('m1.tiny', 1, 512, 1), ('m1.small', 1, 2048, 20), ('m1.medium', 2, 4096, 40), ('m1.large', 4, 8192, 80),
                                                  ('m1.xlarge', 8, 16384, 160), ('test.nohost', 1, 512, 900000)]):
        call('POST', N + '/v2.1/flavors', ok=(409,), json={'flavor': {'id': str(i + 1), 'name': name, 'vcpus': vcpus, 'ram': ram, 'disk': disk}})
    if not call('GET', G + '/v2/images', params={'name': 'test-linux'})['images']:
        i = call('POST', G + '/v2/images', json={'name': 'test-linux', 'disk_format': 'raw', 'container_format': 'bare', 'visibility': 'public', 'min_disk': 1,
                                                 'os_distro': 'debian', 'os_version': '12', 'hw_architecture': 'x86_64'})['id']
        call('PUT', f'{G}/v2/images/{i}/file', data=b'not really an operating system', headers={'Content-Type': 'application/octet-stream'})
    fresh(N + '/v2.1/os-services', 'nova-compute', computes), fresh(N + '/v2.1/os-services', 'nova-conductor', 1), fresh(N + '/v2.1/os-services', 'nova-scheduler', 1)
    until = time.time() + 120
    while len(call('GET', N + '/v2.1/os-hypervisors')['hypervisors']) < computes:  # the scheduler discovers them
        if time.time() > until:
            raise SystemExit('the scheduler did not discover the hypervisors')
        time.sleep(0.5)
    have = {a['name']: a for a in call('GET', N + '/v2.1/os-aggregates')['aggregates']}
    for i in range(1, computes + 1):
        a = have.get(f'az{i}') or call('POST', N + '/v2.1/os-aggregates', json={'aggregate': {'name': f'az{i}', 'availability_zone': f'az{i}'}})['aggregate']
        if f'test{i}' not in a.get('hosts', ()):
            call('POST', f"{N}/v2.1/os-aggregates/{a['id']}/action", ok=(409,), json={'add_host': {'host': f'test{i}'}})
    t, project = token('test', 'testsecret', 'test')
    call('PUT', f'{N}/v2.1/os-quota-sets/{project}', json={'quota_set': {'instances': 60, 'cores': 120, 'ram': 204800, 'key_pairs': 100}})
    t2, project2 = token('test', 'testsecret', 'testtwo')
    call('PUT', f'{N}/v2.1/os-quota-sets/{project2}', json={'quota_set': {'instances': 2, 'cores': 2, 'ram': 2048, 'key_pairs': 5}})
    U = Q + '/v2.0/'
    public = ensure(U + 'networks', 'network', {'name': 'public', 'router:external': True, 'provider:network_type': 'flat', 'provider:physical_network': 'outside'})
    ensure(U + 'subnets', 'subnet', {'name': 'public', 'network_id': public['id'], 'ip_version': 4, 'cidr': '203.0.113.0/24', 'enable_dhcp': False})
    private = ensure(U + 'networks', 'network', {'name': 'private'}, t)
    four = ensure(U + 'subnets', 'subnet', {'name': 'private4', 'network_id': private['id'], 'ip_version': 4, 'cidr': '10.20.0.0/24'}, t)
    ensure(U + 'subnets', 'subnet', {'name': 'private6', 'network_id': private['id'], 'ip_version': 6, 'cidr': 'fd20::/64', 'ipv6_address_mode': 'slaac', 'ipv6_ra_mode': 'slaac'}, t)
    router = ensure(U + 'routers', 'router', {'name': 'test', 'external_gateway_info': {'network_id': public['id']}}, t)
    call('PUT', f"{U}routers/{router['id']}/add_router_interface", ok=(400, 409), t=t, json={'subnet_id': four['id']})
    call('PUT', f'{U}quotas/{project}', json={'quota': {'port': 500, 'floatingip': 50, 'security_group': 100, 'security_group_rule': 500}})
    fresh(f'{V}/v3/{admin_project}/os-services', 'cinder-volume', 1), fresh(f'{V}/v3/{admin_project}/os-services', 'cinder-scheduler', 1)


{'identity': identity, 'resources': resources}[sys.argv[1]]()
