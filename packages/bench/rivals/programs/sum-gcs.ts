import { Storage } from '@google-cloud/storage';

const { ENDPOINT: apiEndpoint = '' } = process.env;
const bucket = new Storage({ apiEndpoint, projectId: 'bench' }).bucket('list-20');
const [files] = await bucket.getFiles();
const contents = await Promise.all(files.map((file) => file.download()));
const bytes = contents.reduce((total, [{ length }]) => total + length, 0);
console.log(`${files.length} objects, ${bytes} bytes`);
