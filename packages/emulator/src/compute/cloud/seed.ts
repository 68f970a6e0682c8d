/**
 * The nodes of a new cloud. The two share addresses on purpose: an IP is not an identity.
 */
import type { NodeDetail } from './details.ts';
import type { NewResource } from './resources.ts';

function fixture(region: string, id: string, name: string, publicIp: string, privateIp: string) {
  return {
    region,
    id,
    name,
    createdMs: Date.UTC(2017, 0, 9, 5, 25, 12),
    state: 'RUNNING',
    detail: {
      size: 'test-size-1',
      image: 'test-image-1',
      publicIps: [publicIp, '8.8.8.8'],
      privateIps: [privateIp, '192.168.1.1'],
      extra: { 'test-key': 'test-value' },
    },
  };
}

/** The first nodes of the home region. */
export function seedNodes(region: string): readonly NewResource<NodeDetail>[] {
  return [
    fixture(region, '1234a', 'test-1', '4.4.4.4', '10.0.0.1'),
    fixture(region, '4567a', 'test-2', '4.4.4.5', '10.0.0.2'),
  ];
}
