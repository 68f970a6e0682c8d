/**
 * The test cloud's nodes. The two share addresses on purpose: an IP is not an identity.
 */

/** One node, as the service writes it. */
export interface NodeDocument {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly public_ips: readonly string[];
  readonly private_ips: readonly string[];
  readonly size: string;
  readonly image: string;
  readonly created_at: string;
  readonly extra: Readonly<Record<string, string>>;
}

function fixture(id: string, name: string, publicIp: string, privateIp: string): NodeDocument {
  return {
    id,
    name,
    state: 'RUNNING',
    public_ips: [publicIp, '8.8.8.8'],
    private_ips: [privateIp, '192.168.1.1'],
    size: 'test-size-1',
    image: 'test-image-1',
    created_at: '2017-01-09T05:25:12+00:00',
    extra: { 'test-key': 'test-value' },
  };
}

/** What the cloud holds when it starts. */
export const initialNodes: readonly NodeDocument[] = [
  fixture('1234a', 'test-1', '4.4.4.4', '10.0.0.1'),
  fixture('4567a', 'test-2', '4.4.4.5', '10.0.0.2'),
];
