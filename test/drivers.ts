/** Opens a provider in every design and kind, for the tests that run in all of them, or once for each kind. */
import { type DriverMembers, type DriverUnderTest, unsuffixed } from '@isobar/conformance';
import type { AnyProvider, InputOf } from '@isobar/core';
import * as flag from '@isobar/design-flag';
import * as mixin from '@isobar/design-mixin';
import * as session from '@isobar/design-session';

/**
 * The design whose drivers run the whole kit: the simplest one. Its `connect` returns what the connection made, in the
 * kind that one option names, so a failure there is the provider's or the connection's.
 */
const simplest = 'flag';

/** One driver of each kind, for tests of the provider. */
export function kindsOf<Provider extends AnyProvider, Driver extends DriverMembers>(
  provider: Provider,
  account: InputOf<Provider>,
): readonly DriverUnderTest<Driver>[] {
  return driversOf<Provider, Driver>(provider, account).filter(({ design }) => design === simplest);
}

/** All other drivers, for the design part of the kit, which the whole kit contains. */
export function furtherDesignsOf<Provider extends AnyProvider, Driver extends DriverMembers>(
  provider: Provider,
  account: InputOf<Provider>,
): readonly DriverUnderTest<Driver>[] {
  return driversOf<Provider, Driver>(provider, account).filter(({ design }) => design !== simplest);
}

/**
 * Every design and kind of a provider.
 *
 * @param account The options of `connect`; a test can add to them or replace some.
 * @typeParam Driver The type of the drivers: the operations of the provider, in one kind or the other.
 */
export function driversOf<Provider extends AnyProvider, Driver extends DriverMembers>(
  provider: Provider,
  account: InputOf<Provider>,
): readonly DriverUnderTest<Driver>[] {
  type Overrides = Readonly<Record<string, unknown>> | undefined;
  const input = (overrides: Overrides) => ({ ...account, ...overrides });
  const sessionBoth = (overrides: Overrides) => {
    const blocking = session.connect(provider, input(overrides));
    return { blocking, async: new session.AsyncSession(blocking), isOneObject: false };
  };
  const mixinBoth = (overrides: Overrides) => {
    const blocking = mixin.connect(provider, input(overrides));
    return { blocking, async: unsuffixed(blocking), isOneObject: true };
  };
  const flagBoth = (overrides: Overrides) => ({
    blocking: flag.connect(provider, { ...input(overrides), async: false }),
    async: flag.connect(provider, { ...input(overrides), async: true }),
    isOneObject: false,
  });
  const drivers = [
    {
      design: 'session',
      kind: 'blocking',
      open: (overrides: Overrides) => session.connect(provider, input(overrides)),
    },
    {
      design: 'session',
      kind: 'async',
      openBoth: sessionBoth,
      open: (overrides: Overrides) => new session.AsyncSession(session.connect(provider, input(overrides))),
    },
    {
      design: 'mixin',
      kind: 'blocking',
      open: (overrides: Overrides) => mixin.connect(provider, input(overrides)),
    },
    {
      design: 'mixin',
      kind: 'async',
      openBoth: mixinBoth,
      open: (overrides: Overrides) => unsuffixed(mixin.connect(provider, input(overrides))),
    },
    {
      design: 'flag',
      kind: 'blocking',
      open: (overrides: Overrides) => flag.connect(provider, { ...input(overrides), async: false }),
    },
    {
      design: 'flag',
      kind: 'async',
      openBoth: flagBoth,
      open: (overrides: Overrides) => flag.connect(provider, { ...input(overrides), async: true }),
    },
  ];
  // The operations of a provider that is a type parameter are unknown here; the kit checks each of them.
  return drivers as unknown as readonly DriverUnderTest<Driver>[];
}
