/**
 * The emulator's options: names, defaults, flags. The command line and the programmatic start read the same table.
 */

/** What an emulator can be told. */
export interface EmulatorOptions {
  /** Address to listen on. Default `127.0.0.1`. */
  readonly host?: string;
  /** Storage port; 0 for any free one. Default 0 when started by a program, 9897 on the command line. */
  readonly storagePort?: number;
  /** Compute port; 0 for any free one. Default 0 when started by a program, 9898 on the command line. */
  readonly computePort?: number;
  /** Folder to keep everything in. Default: memory. */
  readonly data?: string;
  /** HMAC access key of the storage service. */
  readonly accessKey?: string;
  /** HMAC secret of the storage service. */
  readonly secret?: string;
  /** User of the compute service. */
  readonly user?: string;
  /** Password of the compute service. */
  readonly password?: string;
  /** Delay before each answer, in milliseconds. Default 0. */
  readonly latencyMs?: number;
  /** How long the compute service's report takes, in milliseconds. Default 0. */
  readonly reportMs?: number;
}

/** Everything settled. */
export interface Settings extends Required<Omit<EmulatorOptions, 'data'>> {
  readonly data: string | undefined;
}

/** Credentials unless told otherwise. They protect nothing: this is a local emulator. */
export const defaultCredentials: Readonly<Record<'accessKey' | 'secret' | 'user' | 'password', string>> = {
  // A service account's access key has 61 characters, its secret 40.
  accessKey: 'GOOG1EMULATOREMULATOREMULATOREMULATOREMULATOREMULATOREMULATOR',
  secret: 'emulator-secret-emulator-secret-emulator',
  user: 'apache',
  password: 'libcloud',
};

/** What the command line assumes. */
export const defaultSettings: Settings = {
  host: '127.0.0.1',
  storagePort: 9897,
  computePort: 9898,
  data: undefined,
  ...defaultCredentials,
  latencyMs: 0,
  reportMs: 0,
};

/** One flag: its option, what it takes, what it does. */
export interface Flag {
  readonly option: keyof EmulatorOptions;
  readonly value: 'text' | 'port' | 'milliseconds';
  readonly hint: string;
  readonly help: string;
}

/** Every flag that takes a value, by name. */
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
  data: { option: 'data', value: 'text', hint: 'DIR', help: 'folder to keep everything in (default: memory)' },
  'access-key': { option: 'accessKey', value: 'text', hint: 'ID', help: 'HMAC access key of the storage service' },
  secret: { option: 'secret', value: 'text', hint: 'SECRET', help: 'HMAC secret of the storage service' },
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
    help: `its password (${defaultCredentials.password})`,
  },
  'latency-ms': { option: 'latencyMs', value: 'milliseconds', hint: 'N', help: 'delay before each answer (0)' },
  'report-ms': {
    option: 'reportMs',
    value: 'milliseconds',
    hint: 'N',
    help: "how long the compute service's report takes (0)",
  },
};
