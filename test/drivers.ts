/** Opens a provider in every design and kind. */
import type { DriverMembers, DriverUnderTest } from '@isobar/conformance';
import type { AnyProvider, InputOf } from '@isobar/core';
import { flagDrivers } from '../packages/design-flag/testing/drivers.ts';
import { mixinDrivers } from '../packages/design-mixin/testing/drivers.ts';
import { sessionDrivers } from '../packages/design-session/testing/drivers.ts';

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
  return [sessionDrivers, mixinDrivers, flagDrivers].flatMap((drivers) => drivers<Provider, Driver>(provider, account));
}
