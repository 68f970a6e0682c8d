/** Endpoints: which are accepted, where plain HTTP is allowed, and how they are parsed. */
import { describe, expect, test } from 'vitest';
import { endpointProblem, parseEndpoint } from './endpoint.ts';

describe('accepts', () => {
  test.each([
    ['https', 'https://storage.example'],
    ['a trailing slash', 'https://storage.example/'],
    ['a port', 'https://storage.example:8443'],
    ['an IPv6 address over https', 'https://[2001:db8::1]:8443'],
    ['plain http to 127.0.0.1', 'http://127.0.0.1:9897'],
    ['plain http to another address of 127/8', 'http://127.8.9.10'],
    ['plain http to localhost', 'http://localhost:9897'],
    ['plain http to LOCALHOST', 'http://LOCALHOST:9897'],
    ['plain http to ::1', 'http://[::1]:9897'],
    ['plain http to ::1 written out', 'http://[0:0:0:0:0:0:0:1]'],
    ['plain http to 127.1, which is 127.0.0.1', 'http://127.1'],
  ])('%s', (_, endpoint) => expect(endpointProblem(endpoint, false)).toBeUndefined());

  test('plain http to another machine when the user allows it', () => {
    expect(endpointProblem('http://storage.example', true)).toBeUndefined();
  });
});

describe('refuses', () => {
  test.each([
    ['a string that is not a URL', 'storage.example', /must be a URL/],
    ['an empty string', '', /must be a URL/],
    ['another scheme', 'ftp://storage.example', /must be a URL/],
    ['a scheme that begins like http', 'httpx://storage.example', /must be a URL/],
    ['a user name', 'https://me@storage.example', /must not contain credentials/],
    ['a password', 'https://:secret@storage.example', /must not contain credentials/],
    ['a path', 'https://storage.example/v1', /must end after host and port/],
    ['a query', 'https://storage.example?x=1', /must end after host and port/],
    ['a fragment', 'https://storage.example#x', /must end after host and port/],
    ['plain http to another machine', 'http://storage.example', /must use https/],
    ['plain http to a name that begins like loopback', 'http://127.0.0.1.example', /must use https/],
    ['plain http to a name that begins like localhost', 'http://localhost.example', /must use https/],
    ['plain http to the unspecified address', 'http://0.0.0.0', /must use https/],
    ['plain http to another IPv6 address', 'http://[2001:db8::1]', /must use https/],
    ['plain http to a private address', 'http://10.0.0.1', /must use https/],
  ])('%s', (_, endpoint, problem) => expect(endpointProblem(endpoint, false)).toMatch(problem));

  test('credentials in a URL, without repeating them', () => {
    expect(endpointProblem('https://me:hunter2@storage.example', false)).not.toContain('hunter2');
  });

  test('a path even when plain http is allowed', () => {
    expect(endpointProblem('http://storage.example/v1', true)).toMatch(/must end after host and port/);
  });
});

describe('parses', () => {
  test.each([
    ['https://storage.example/', { origin: 'https://storage.example', host: 'storage.example' }],
    ['https://storage.example:443', { origin: 'https://storage.example', host: 'storage.example' }],
    ['http://127.0.0.1:9897', { origin: 'http://127.0.0.1:9897', host: '127.0.0.1:9897' }],
    ['http://[::1]:9897', { origin: 'http://[::1]:9897', host: '[::1]:9897' }],
    ['https://STORAGE.example', { origin: 'https://storage.example', host: 'storage.example' }],
  ])('%s', (endpoint, expected) => expect(parseEndpoint(endpoint)).toEqual(expected));
});
