/**
 * The emulator's options: names, defaults, flags. The command line and the programmatic start read the same table.
 */

import type { KeyPair } from './identity/accounts.ts';

/** Options of an emulator. */
export interface EmulatorOptions {
  /** Address to listen on. Default `127.0.0.1`. */
  readonly host?: string;
  /** Storage port; 0 for any free one. Default 0 when started by a program, 9897 on the command line. */
  readonly storagePort?: number;
  /** Compute port; 0 for any free one. Default 0 when started by a program, 9898 on the command line. */
  readonly computePort?: number;
  /** Folder for all data. Default: memory. */
  readonly data?: string;
  /** HMAC access key of the storage service. */
  readonly accessKey?: string;
  /** HMAC secret of the storage service. */
  readonly secret?: string;
  /** More accounts of the storage service, each the owner of what it creates. Default: none. */
  readonly accounts?: readonly KeyPair[];
  /** User of the compute service. */
  readonly user?: string;
  /** Password of the compute service. */
  readonly password?: string;
  /** Delay before each response, in milliseconds. Default 0. */
  readonly latencyMs?: number;
  /** How long a client may send nothing in the middle of a body, in milliseconds; 0: no limit. Default 60,000. */
  readonly bodyIdleMs?: number;
  /** How long the compute service's report takes, in milliseconds. Default 0. */
  readonly reportMs?: number;
  /** How long a node of the compute service takes to boot, in milliseconds of the cloud's clock. Default 300. */
  readonly bootMs?: number;
  /** How long a node takes to stop or terminate. Default 200. */
  readonly stopMs?: number;
  /** How long it takes to create volumes, snapshots and images. Default 100. */
  readonly volumeMs?: number;
  /** Latency of the farthest region of the compute service, in milliseconds; the others are nearer. Default 0. */
  readonly regionLatencyMs?: number;
  /** Bearer tokens that never expire, besides those that the storage service issues. Default: none. */
  readonly accessTokens?: readonly string[];
  /** Lifetime of the tokens that the storage service issues, in seconds. Default 3599, as at Google. */
  readonly tokenLifetimeSeconds?: number;
  /** Also refuses requests that the real service refuses for no good reason (see the README). Default false. */
  readonly strict?: boolean;
  /** Answers 204 to deleting an object that does not exist, as Amazon does. Default false. */
  readonly s3Compat?: boolean;
  /** Uses Amazon's XML namespace in listings for AWS-signed requests. Default false. */
  readonly amazonNamespace?: boolean;
  /** Whether deleting many objects in one request works, or fails in one of two ways. Default `on`. */
  readonly multiDelete?: MultiDelete;
}

/** `unsupported`: 400 NotImplemented, as in 2025. `create-error`: 400 InvalidArgument, as in 2021. */
export type MultiDelete = 'on' | 'unsupported' | 'create-error';

/** All options with their values. */
export interface Settings extends Required<Omit<EmulatorOptions, 'data'>> {
  readonly data: string | undefined;
}

/** The default credentials. They protect nothing: this is a local emulator. */
export const defaultCredentials: Readonly<Record<'accessKey' | 'secret' | 'user' | 'password', string>> = {
  // A service account's access key has 61 characters, its secret 40.
  accessKey: 'GOOG1EMULATOREMULATOREMULATOREMULATOREMULATOREMULATOREMULATOR',
  secret: 'emulator-secret-emulator-secret-emulator',
  user: 'apache',
  password: 'libcloud',
};

/** The defaults of the command line. */
export const defaultSettings: Settings = {
  host: '127.0.0.1',
  storagePort: 9897,
  computePort: 9898,
  data: undefined,
  ...defaultCredentials,
  accounts: [],
  latencyMs: 0,
  bodyIdleMs: 60_000,
  reportMs: 0,
  bootMs: 300,
  stopMs: 200,
  volumeMs: 100,
  regionLatencyMs: 0,
  accessTokens: [],
  tokenLifetimeSeconds: 3599,
  strict: false,
  s3Compat: false,
  amazonNamespace: false,
  multiDelete: 'on',
};

/** One flag: its option, its type of value, its help. */
export interface Flag {
  readonly option: keyof EmulatorOptions;
  /**
   * Flags of type `list` and `pairs` (of a key and a secret) may be repeated; a `switch` takes no value; an array lists
   * the allowed values.
   */
  readonly value: 'text' | 'port' | 'milliseconds' | 'seconds' | 'list' | 'pairs' | 'switch' | readonly string[];
  readonly hint: string;
  readonly help: string;
}

/** Every flag that is an option, by name. */
export const flags: Readonly<Record<string, Flag>> = {
  host: { option: 'host', value: 'text', hint: 'ADDRESS', help: 'address to listen on (127.0.0.1)' },
  'storage-port': {
    option: 'storagePort',
    value: 'port',
    hint: 'PORT',
    help: 'storage port, 0 for any free one (9897)',
  },
  'compute-port': {
    option: 'computePort',
    value: 'port',
    hint: 'PORT',
    help: 'compute port, 0 for any free one (9898)',
  },
  data: { option: 'data', value: 'text', hint: 'DIR', help: 'folder for all data (default: memory)' },
  'access-key': { option: 'accessKey', value: 'text', hint: 'ID', help: 'HMAC access key of the storage service' },
  secret: { option: 'secret', value: 'text', hint: 'SECRET', help: 'HMAC secret of the storage service' },
  account: {
    option: 'accounts',
    value: 'pairs',
    hint: 'ID:SECRET',
    help: 'another account, which owns what it creates; may be repeated',
  },
  user: {
    option: 'user',
    value: 'text',
    hint: 'NAME',
    help: `user of the compute service (${defaultCredentials.user})`,
  },
  password: {
    option: 'password',
    value: 'text',
    hint: 'PASSWORD',
    help: `password of the compute service (${defaultCredentials.password})`,
  },
  'latency-ms': { option: 'latencyMs', value: 'milliseconds', hint: 'N', help: 'delay before each response (0)' },
  'body-idle-ms': {
    option: 'bodyIdleMs',
    value: 'milliseconds',
    hint: 'N',
    help: 'how long a client may send nothing in the middle of a body (60000)',
  },
  'report-ms': {
    option: 'reportMs',
    value: 'milliseconds',
    hint: 'N',
    help: "how long the compute service's report takes (0)",
  },
  'boot-ms': {
    option: 'bootMs',
    value: 'milliseconds',
    hint: 'N',
    help: "how long a node takes to boot, by the cloud's clock (300)",
  },
  'stop-ms': { option: 'stopMs', value: 'milliseconds', hint: 'N', help: 'how long a node takes to stop (200)' },
  'volume-ms': {
    option: 'volumeMs',
    value: 'milliseconds',
    hint: 'N',
    help: 'how long volumes, snapshots and images take (100)',
  },
  'region-latency-ms': {
    option: 'regionLatencyMs',
    value: 'milliseconds',
    hint: 'N',
    help: "the farthest region's latency, others in proportion (0)",
  },
  token: {
    option: 'accessTokens',
    value: 'list',
    hint: 'TOKEN',
    help: 'bearer token to accept; may be repeated',
  },
  'token-lifetime-seconds': {
    option: 'tokenLifetimeSeconds',
    value: 'seconds',
    hint: 'N',
    help: 'lifetime of issued bearer tokens (3599)',
  },
  strict: {
    option: 'strict',
    value: 'switch',
    hint: '',
    help: 'refuse signed accept-encoding and aws-chunked bodies',
  },
  's3-compat': {
    option: 's3Compat',
    value: 'switch',
    hint: '',
    help: 'answer 204 to deleting a missing object',
  },
  'amazon-namespace': {
    option: 'amazonNamespace',
    value: 'switch',
    hint: '',
    help: "Amazon's XML namespace in listings for AWS-signed requests",
  },
  'multi-delete': {
    option: 'multiDelete',
    value: ['on', 'unsupported', 'create-error'],
    hint: 'MODE',
    help: 'on, unsupported or create-error (on)',
  },
};
