/**
 * Who the user is, as Keystone asks for it.
 *
 * @see https://docs.openstack.org/api-ref/identity/v3/#authentication-and-token-management
 */

/** What says who the user is, and in which project. */
export interface Credentials {
  readonly authUrl?: string | undefined;
  readonly username?: string | undefined;
  readonly userId?: string | undefined;
  readonly password?: string | undefined;
  readonly userDomain?: string | undefined;
  readonly userDomainId?: string | undefined;
  readonly project?: string | undefined;
  readonly projectId?: string | undefined;
  readonly projectDomain?: string | undefined;
  readonly projectDomainId?: string | undefined;
  readonly applicationCredentialId?: string | undefined;
  readonly applicationCredentialName?: string | undefined;
  readonly applicationCredentialSecret?: string | undefined;
  readonly token?: string | undefined;
}

/** A wrong option, with the rest of a sentence that begins with its name. */
export interface OptionProblem {
  readonly field: string;
  readonly message: string;
}

/** What is missing, or too much. `undefined` when the credentials are complete. */
export function credentialsProblem(given: Credentials): OptionProblem | undefined {
  const { applicationCredentialId, applicationCredentialName, applicationCredentialSecret, password, token } = given;
  const missing = (field: string, why: string): OptionProblem => ({ field, message: `is missing: ${why}` });
  if (given.authUrl === undefined)
    return missing('authUrl', 'the address of Keystone, such as https://cloud.example:5000/v3');
  if (token !== undefined) {
    const extra = (['password', 'applicationCredentialSecret'] as const).find((name) => given[name] !== undefined);
    return extra && { field: extra, message: 'cannot be combined with `token`' };
  }
  if (applicationCredentialId !== undefined || applicationCredentialName !== undefined) {
    if (applicationCredentialSecret === undefined)
      return missing('applicationCredentialSecret', 'an application credential has both');
    if (applicationCredentialId === undefined && !hasUser(given))
      return missing(
        'username',
        'the name of an application credential belongs to a user; or pass `applicationCredentialId`',
      );
    return password === undefined
      ? undefined
      : { field: 'password', message: 'cannot be combined with an application credential' };
  }
  if (applicationCredentialSecret !== undefined)
    return missing('applicationCredentialId', 'an application credential has both');
  if (!hasUser(given)) return missing('username', 'pass it with `password`, or an application credential, or `token`');
  if (password === undefined) return missing('password', 'a user has both');
  if (given.project === undefined && given.projectId === undefined)
    return missing('project', 'the project whose nodes are meant');
  return undefined;
}

function hasUser({ userId, username }: Credentials): boolean {
  return username !== undefined || userId !== undefined;
}

/** The document that asks for a token. */
export function tokenRequest(given: Credentials): object {
  const { applicationCredentialId: id, applicationCredentialName: name, applicationCredentialSecret: secret } = given;
  // An application credential has its project: Keystone refuses it with another.
  if (id !== undefined) return methodOf('application_credential', { id, secret });
  if (name !== undefined) return methodOf('application_credential', { name, secret, user: userOf(given) });
  if (given.token !== undefined) return methodOf('token', { id: given.token }, scopeOf(given));
  return methodOf('password', { user: { ...userOf(given), password: given.password } }, scopeOf(given));
}

function methodOf(method: string, value: object, scope?: object): object {
  return { auth: { identity: { methods: [method], [method]: value }, ...(scope && { scope }) } };
}

function userOf({ userDomain, userDomainId, userId, username }: Credentials): object {
  return userId === undefined ? { name: username, domain: domainOf(userDomain, userDomainId) } : { id: userId };
}

function scopeOf(given: Credentials): object | undefined {
  if (given.projectId !== undefined) return { project: { id: given.projectId } };
  if (given.project === undefined) return undefined;
  const { projectDomain = given.userDomain, projectDomainId = given.userDomainId } = given;
  return { project: { name: given.project, domain: domainOf(projectDomain, projectDomainId) } };
}

function domainOf(name: string | undefined, id: string | undefined): object {
  if (id !== undefined) return { id };
  return name === undefined ? { id: 'default' } : { name };
}

/** The secrets among the credentials, which no message may show. */
export function secretsOf({ applicationCredentialSecret, password, token }: Credentials): string[] {
  return [applicationCredentialSecret, password, token].filter((secret) => secret !== undefined);
}
