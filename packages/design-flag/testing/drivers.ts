/** Opens a provider with this design in each kind, for the kit. */
import type { DriverMembers, DriverUnderTest } from '@isobar/conformance';
import type { AnyProvider, InputOf } from '@isobar/core';
import { connect } from '@isobar/design-flag';

type Overrides = Readonly<Record<string, unknown>> | undefined;

/**
 * A driver of each kind.
 *
 * @param account The options of `connect`; a test can add to them or replace some.
 * @typeParam Driver The type of the drivers: the operations of the provider, in one kind or the other.
 */
export function flagDrivers<Provider extends AnyProvider, Driver extends DriverMembers>(
  provider: Provider,
  account: InputOf<Provider>,
): readonly DriverUnderTest<Driver>[] {
  const blocking = (overrides: Overrides) => connect(provider, { ...account, ...overrides, async: false });
  const awaited = (overrides: Overrides) => connect(provider, { ...account, ...overrides, async: true });
  const openBoth = (overrides: Overrides) => ({
    blocking: blocking(overrides),
    async: awaited(overrides),
    isOneObject: false,
  });
  const drivers = [
    { design: 'flag', kind: 'blocking', open: blocking },
    { design: 'flag', kind: 'async', openBoth, open: awaited },
  ];
  // The operations of a provider that is a type parameter are unknown here; the kit checks each of them.
  return drivers as unknown as readonly DriverUnderTest<Driver>[];
}
