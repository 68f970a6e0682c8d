/**
 * The clouds of the examples: at the emulator's default addresses, unless environment variables change them. Your
 * program would have its provider's keys here, and no endpoint.
 */
const { env } = process;

/** Google Cloud Storage. */
export const storage = {
  key: env.ISOBAR_KEY ?? 'GOOG1EMULATOREMULATOREMULATOREMULATOREMULATOREMULATOREMULATOR',
  secret: env.ISOBAR_SECRET ?? 'emulator-secret-emulator-secret-emulator',
  endpoint: env.ISOBAR_STORAGE ?? 'http://127.0.0.1:9897',
};

/** The test cloud. */
export const compute = {
  key: 'apache',
  secret: 'libcloud',
  endpoint: env.ISOBAR_COMPUTE ?? 'http://127.0.0.1:9898',
};

const [first, second, third] = env.ISOBAR_REGIONS?.split(',') ?? [];

/** The test cloud in three regions, each with its own endpoint. */
export const regions = {
  europe: { ...compute, endpoint: first ?? compute.endpoint },
  america: { ...compute, endpoint: second ?? compute.endpoint },
  asia: { ...compute, endpoint: third ?? compute.endpoint },
};

/** Ids of eight regions of the test cloud, or those of `ISOBAR_REGION_IDS`. */
export const eightRegions = env.ISOBAR_REGION_IDS?.split(',') ?? [
  'us-west',
  'ca-central',
  'sa-east',
  'eu-west',
  'eu-central',
  'eu-north',
  'ap-south',
  'ap-northeast',
];

/** Ids of three regions: a far one, a near one, and one that is down. */
export const farAndNear = ['ap-southeast', 'eu-west', 'af-south'] as const;
