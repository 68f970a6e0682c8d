/** Credentials of Amazon's services: where access keys are found, and how they are kept fresh. */
export { type AwsSource, awsCredentials, type KeysFunction, type KeysModule } from './aws/chain.ts';
export { type AwsCredentials, type AwsKeys, anonymousKeys, type GivenKeys, givenKeys } from './aws/keys.ts';
export { findRegion } from './aws/profiles.ts';
