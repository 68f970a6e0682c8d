import { conformS3 } from './conform-s3.ts';

const { S3_KEY: key = '', S3_SECRET: secret = '', S3_ENDPOINT: endpoint = '', S3_DIALECT = 'ceph' } = process.env;
conformS3(
  { key, secret, endpoint, dialect: S3_DIALECT as 'ceph' },
  'async',
  S3_DIALECT === 'aws' ? { without: ['credentials'] } : { conditions: [] },
);
