/** Where the cells of the table of dialects come from. */
import type { S3Dialect, S3DialectName } from '../src/dialects.ts';

/** Tried against a server, or documented at an address. */
type Evidence = { readonly tried: string } | { readonly documented: string };

/** The sources of one dialect. */
interface Sources {
  /** What the service is called. */
  readonly service: string;
  /** Where all cells are documented that have no other source. */
  readonly documented: string;
  /** The cells that were tried, and against which server. */
  readonly tried?: { readonly server: string; readonly cells: readonly (keyof S3Dialect)[] };
  /** Cells that are documented elsewhere. */
  readonly elsewhere?: Readonly<Partial<Record<keyof S3Dialect, string>>>;
}

const amazon = 'https://docs.aws.amazon.com/AmazonS3/latest';

/** The sources of every dialect. */
const sources: Readonly<Record<S3DialectName, Sources>> = {
  aws: {
    service: 'Amazon S3',
    documented: `${amazon}/API/Type_API_Reference.html`,
    tried: {
      server: 'moto 5.2.1',
      cells: [
        'listing',
        'encodesNames',
        'checksum',
        'ifAbsent',
        'ifVersion',
        'md5Etags',
        'tellsExisting',
        'versions',
        'tags',
        'acl',
      ],
    },
    elsewhere: {
      addressing: `${amazon}/userguide/VirtualHosting.html`,
      checksum: `${amazon}/userguide/checking-object-integrity.html`,
      wholeChecksums: `${amazon}/userguide/checking-object-integrity.html`,
      maxParts: `${amazon}/userguide/qfacts.html`,
      minPartBytes: `${amazon}/userguide/qfacts.html`,
      maxPutBytes: `${amazon}/userguide/qfacts.html`,
      copyConditions: `${amazon}/userguide/conditional-writes.html`,
      deleteConditions: `${amazon}/userguide/conditional-deletes.html`,
      maxMetadataBytes: `${amazon}/userguide/UsingMetadata.html`,
    },
  },
  r2: {
    service: 'Cloudflare R2',
    documented: 'https://developers.cloudflare.com/r2/api/s3/api/',
    elsewhere: {
      equalParts: 'https://developers.cloudflare.com/r2/objects/multipart-objects/',
      ifAbsent: 'https://developers.cloudflare.com/r2/api/s3/extensions/',
      ifVersion: 'https://developers.cloudflare.com/r2/api/s3/extensions/',
      copyConditions: 'https://developers.cloudflare.com/r2/api/s3/extensions/',
      maxPutBytes: 'https://developers.cloudflare.com/r2/platform/limits/',
    },
  },
  minio: {
    service: 'MinIO',
    documented: 'https://docs.min.io/community/minio-object-store/reference/s3-api-compatibility.html',
  },
  ceph: {
    service: 'Ceph',
    documented: 'https://docs.ceph.com/en/latest/radosgw/s3/',
    tried: {
      server: 'Ceph 16.2.15',
      cells: [
        'addressing',
        'region',
        'listing',
        'encodesNames',
        'checksum',
        'equalParts',
        'minPartBytes',
        'copySourceConditions',
        'md5Etags',
        'tellsExisting',
        'acl',
        'versions',
        'tags',
      ],
    },
  },
  b2: {
    service: 'Backblaze B2',
    documented: 'https://www.backblaze.com/docs/cloud-storage-s3-compatible-api',
    elsewhere: { ifAbsent: 'https://github.com/sathinduga/obsidian-s3-sync-and-backup/issues/84' },
  },
  spaces: {
    service: 'DigitalOcean Spaces',
    documented: 'https://docs.digitalocean.com/products/spaces/reference/s3-compatibility/',
    elsewhere: {
      ifAbsent: 'https://github.com/gordonmurray/firnflow/issues/30',
      ifVersion: 'https://github.com/slatedb/slatedb/issues/1818',
    },
  },
  wasabi: { service: 'Wasabi', documented: 'https://docs.wasabi.com/docs/rest-api-introduction' },
  google: {
    service: 'Google Cloud Storage, interoperability',
    documented: 'https://cloud.google.com/storage/docs/interoperability',
    tried: {
      server: "Isobar's emulator",
      cells: [
        'addressing',
        'region',
        'listing',
        'encodesNames',
        'checksum',
        'partCopy',
        'copySourceConditions',
        'decodesGzip',
      ],
    },
  },
  scaleway: {
    service: 'Scaleway Object Storage',
    documented: 'https://www.scaleway.com/en/docs/object-storage/',
    elsewhere: {
      checksum: 'https://www.scaleway.com/en/docs/object-storage/api-cli/supported-checksums/',
      ifAbsent: 'https://www.scaleway.com/en/docs/object-storage/api-cli/using-conditional-writes/',
      ifVersion: 'https://www.scaleway.com/en/docs/object-storage/api-cli/using-conditional-writes/',
    },
  },
  tigris: { service: 'Tigris', documented: 'https://www.tigrisdata.com/docs/api/s3/' },
  garage: {
    service: 'Garage',
    documented: 'https://garagehq.deuxfleurs.fr/documentation/reference-manual/s3-compatibility/',
  },
  seaweedfs: { service: 'SeaweedFS', documented: 'https://github.com/seaweedfs/seaweedfs/wiki/Amazon-S3-API' },
  other: {
    service: 'any other',
    documented: 'https://rclone.org/s3/',
    tried: {
      server: 'fauxqs 2.4.1',
      cells: ['addressing', 'region', 'listing', 'checksum', 'ifAbsent', 'tellsExisting'],
    },
  },
};

/** Where a cell comes from. */
function evidenceOf(name: S3DialectName, cell: keyof S3Dialect): Evidence {
  const { documented, elsewhere, tried } = sources[name];
  if (tried?.cells.includes(cell)) return { tried: tried.server };
  return { documented: elsewhere?.[cell] ?? documented };
}

/** What the columns are called on the page. */
const titles: Readonly<Record<keyof S3Dialect, string>> = {
  addressing: 'address',
  region: 'region',
  listing: 'list',
  encodesNames: 'names encoded',
  checksum: 'checksum sent',
  wholeChecksums: 'whole checksum of parts',
  equalParts: 'equal parts',
  maxParts: 'parts',
  minPartBytes: 'part from',
  maxPutBytes: 'part, put to',
  maxCopyBytes: 'copy to',
  partCopy: 'part copy',
  ifAbsent: 'if absent',
  ifVersion: 'if version',
  copySourceConditions: 'copy: source pinned',
  copyConditions: 'copy: conditions',
  deleteConditions: 'delete: conditions',
  md5Etags: 'ETag is MD5',
  tellsExisting: 'tells existing bucket',
  maxMetadataBytes: 'metadata',
  acl: 'ACL',
  versions: 'versions',
  tags: 'tags',
  decodesGzip: 'decodes gzip',
};

function shown(value: unknown): string {
  if (value === true) return 'yes';
  if (value === false || value === undefined) return 'no';
  if (value === Number.POSITIVE_INFINITY) return 'any';
  if (typeof value !== 'number') return String(value);
  const GiB = 1024 ** 3;
  if (value >= GiB) return `${Number((value / GiB).toFixed(3))} GiB`;
  return value >= 1024 ** 2 ? `${value / 1024 ** 2} MiB` : value.toLocaleString('en');
}

/** The page of the table: docs/s3-dialects.md. */
export function dialectPage(dialects: Readonly<Record<S3DialectName, S3Dialect>>): string {
  const names = Object.keys(dialects) as S3DialectName[];
  const cells = Object.keys(titles) as (keyof S3Dialect)[];
  const links: string[] = [];
  const mark = (evidence: Evidence): string => {
    if ('tried' in evidence) return ' **✓**';
    if (!links.includes(evidence.documented)) links.push(evidence.documented);
    return `<sup>${links.indexOf(evidence.documented) + 1}</sup>`;
  };
  const rows = cells.map((cell) => {
    const texts = names.map((name) => `${shown(dialects[name][cell])}${mark(evidenceOf(name, cell))}`);
    return `| \`${cell}\`: ${titles[cell]} | ${texts.join(' | ')} |`;
  });
  const services = names.map((name) => {
    const { service, tried } = sources[name];
    return `| \`${name}\` | ${service} | ${tried ? tried.server : 'never tried'} |`;
  });
  return `# S3 dialects

What differs between the services that speak S3, as \`storage-s3\` has it: the exported table \`s3Dialects\`. The endpoint's host chooses
a row; the option \`dialect\` names one, or changes single cells:

\`\`\`ts
connect(s3, { key, secret, endpoint, dialect: 'minio' });
connect(s3, { key, secret, endpoint, dialect: { name: 'ceph', maxParts: 1000 } });
\`\`\`

**✓**: tried against the server of the second table. A number: documented there, see the list below. Where a document is silent, the
cell is the one that breaks least. This page is made from the table (\`node scripts/s3-dialects.ts\`), and a test compares them.

| cell | ${names.map((name) => `\`${name}\``).join(' | ')} |
| --- | ${names.map(() => '---').join(' | ')} |
${rows.join('\n')}

| row | service | tried against |
| --- | --- | --- |
${services.join('\n')}

${links.map((link, index) => `${index + 1}. <${link}>`).join('\n')}
`;
}
