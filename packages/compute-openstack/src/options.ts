/** The options of OpenStack, and their validation. */
import { checkNoWhiteSpace, isLoopback, type OptionsSchema, schemaFor, type WithDefaults } from '@isobar/core/provider';
import * as z from '@isobar/core/schema';
import { type Credentials, credentialsProblem, type OptionProblem } from './credentials/identity.ts';

/** Which of a service's addresses is used. */
export type OpenStackInterface = 'public' | 'internal' | 'admin';

/**
 * Options of `connect`: a password, an application credential, a token, or a cloud of `clouds.yaml`. Without any of them, the
 * cloud that `OS_CLOUD` names, else the variables `OS_*`, else the only cloud of `clouds.yaml`. Nothing is read before the
 * first call.
 *
 * @example
 * connect(openstack, { authUrl: 'https://cloud.example:5000/v3', username: 'demo', password, project: 'demo' });
 * connect(openstack, { authUrl, applicationCredentialId, applicationCredentialSecret, async: true });
 * connect(openstack, { cloud: 'production', region: 'west' });
 */
export interface OpenStackOptions {
  /** The address of Keystone, with or without `/v3`. */
  readonly authUrl?: string;
  /** The user's name, in {@link userDomain}; or {@link userId}. */
  readonly username?: string;
  readonly userId?: string;
  readonly password?: string;
  /** Name of the user's domain. Default `Default`. */
  readonly userDomain?: string;
  readonly userDomainId?: string;
  /** The project's name, in {@link projectDomain}; or {@link projectId}. */
  readonly project?: string;
  readonly projectId?: string;
  /** Name of the project's domain. Default: the user's. */
  readonly projectDomain?: string;
  readonly projectDomainId?: string;
  readonly applicationCredentialId?: string;
  /** Its name, with the user, in place of its id. */
  readonly applicationCredentialName?: string;
  readonly applicationCredentialSecret?: string;
  /** A token of Keystone. It cannot be renewed. */
  readonly token?: string;
  /** A cloud of `clouds.yaml`. Other options of authentication cannot be combined with it. */
  readonly cloud?: string;
  /** Default: that of the cloud or of `OS_REGION_NAME`, else the only one. */
  readonly region?: string;
  /** Default: that of the cloud or of `OS_INTERFACE`, else `public`. */
  readonly interface?: OpenStackInterface;
  /** Send credentials and tokens over plain HTTP to another machine. Default false. */
  readonly allowPlainHttp?: boolean;
}

/** The validated options, with defaults. */
export type CheckedOpenStackOptions = WithDefaults<OpenStackOptions, 'allowPlainHttp'>;

/** The options that say who the user is. */
export const credentialNames: readonly (keyof Credentials)[] = [
  'authUrl',
  'username',
  'userId',
  'password',
  'userDomain',
  'userDomainId',
  'project',
  'projectId',
  'projectDomain',
  'projectDomainId',
  'applicationCredentialId',
  'applicationCredentialName',
  'applicationCredentialSecret',
  'token',
];

/** Validates the options of `connect`. */
export const optionsSchema: OptionsSchema<CheckedOpenStackOptions> = schemaFor<OpenStackOptions>()(() => {
  const text = z.optional(z.string().check(z.minLength(1, 'must not be empty')));
  const word = z.optional(z.string().check(checkNoWhiteSpace, z.minLength(1, 'must not be empty')));
  return z
    .strictObject({
      authUrl: text,
      username: text,
      userId: word,
      password: text,
      userDomain: text,
      userDomainId: word,
      project: text,
      projectId: word,
      projectDomain: text,
      projectDomainId: word,
      applicationCredentialId: word,
      applicationCredentialName: text,
      applicationCredentialSecret: word,
      token: word,
      cloud: text,
      region: text,
      interface: z.optional(z.enum(['public', 'internal', 'admin'], 'must be public, internal or admin')),
      allowPlainHttp: z._default(z.boolean(), false),
    })
    .check(({ issues, value }) => {
      const refuse = (field: string, message: string) =>
        void issues.push({ code: 'custom', path: [field], message, input: undefined });
      const given = credentialNames.filter((name) => value[name] !== undefined);
      if (value.cloud !== undefined) {
        for (const name of given) refuse(name, 'cannot be combined with `cloud`, whose file says it');
        return;
      }
      if (given.length === 0) return;
      const problem = credentialsProblem(value) ?? addressProblem(value.authUrl ?? '', value.allowPlainHttp);
      if (problem) refuse(problem.field, problem.message);
    });
});

/** What is wrong with the address of a service. It is not repeated: it may contain credentials. */
export function addressProblem(address: string, allowPlainHttp: boolean): OptionProblem | undefined {
  const url = URL.parse(address);
  const wrong = (message: string): OptionProblem => ({ field: 'authUrl', message });
  if (!url || !/^https?:$/.test(url.protocol)) return wrong('must be a URL such as https://cloud.example:5000/v3');
  if (url.username || url.password) return wrong('must not contain credentials; pass them as username and password');
  if (url.search || url.hash) return wrong('must end after its path');
  if (isPlain(url) && !allowPlainHttp) {
    return wrong(
      'must use https: plain http would show the credentials to the network; pass allowPlainHttp: true if you mean it',
    );
  }
  return undefined;
}

/** Whether an address is on another machine and without TLS. */
export function isPlain({ hostname, protocol }: URL): boolean {
  return protocol === 'http:' && !isLoopback(hostname);
}
