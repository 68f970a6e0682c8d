/** Opens a provider with this design in each kind, for the kit. */
import type { DriverMembers, DriverUnderTest } from '@isobar/conformance';
import type { AnyProvider, InputOf } from '@isobar/core';
import { AsyncSession, connect } from '@isobar/design-session';

type Overrides = Readonly<Record<string, unknown>> | undefined;

/**
 * A driver of each kind.
 *
 * @param account The options of `connect`; a test can add to them or replace some.
 * @typeParam Driver The type of the drivers: the operations of the provider, in one kind or the other.
 */
export function sessionDrivers<Provider extends AnyProvider, Driver extends DriverMembers>(
  provider: Provider,
  account: InputOf<Provider>,
): readonly DriverUnderTest<Driver>[] {
  const open = (overrides: Overrides) => connect(provider, { ...account, ...overrides });
  const openBoth = (overrides: Overrides) => {
    const blocking = open(overrides);
    return { blocking, async: new AsyncSession(blocking), isOneObject: false };
  };
  const drivers = [
    { design: 'session', kind: 'blocking', open },
    { design: 'session', kind: 'async', openBoth, open: (overrides: Overrides) => new AsyncSession(open(overrides)) },
  ];
  // The operations of a provider that is a type parameter are unknown here; the kit checks each of them.
  return drivers as unknown as readonly DriverUnderTest<Driver>[];
}
