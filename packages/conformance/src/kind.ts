/**
 * Checks that every method of a driver answers in the driver's kind. The kit opens drivers through this, so that one
 * blocking method that returns a promise fails the first case that calls it, whatever the case is about: `await` alone
 * would take either.
 */
import type { DriverMembers, DriverUnderTest, Kind } from './driver.ts';

/**
 * The same drivers; a method that answers in the wrong kind throws an error that says so.
 *
 * @param onCall Receives the name of every method that is called.
 */
export function checkingKinds<Driver extends DriverMembers>(
  drivers: readonly DriverUnderTest<Driver>[],
  onCall: (name: string) => void = () => undefined,
): readonly DriverUnderTest<Driver>[] {
  return drivers.map((under) => ({
    ...under,
    open: (options) => checkingKind(under.open(options), under.kind, onCall),
    ...(under.openBoth && { openBoth: checkingBoth(under.openBoth, onCall) }),
  }));
}

function checkingBoth<Driver extends DriverMembers>(
  openBoth: NonNullable<DriverUnderTest<Driver>['openBoth']>,
  onCall: (name: string) => void,
): typeof openBoth {
  return (options) => {
    const both = openBoth(options);
    return {
      ...both,
      blocking: checkingKind(both.blocking, 'blocking', onCall),
      async: checkingKind(both.async, 'async', onCall),
    };
  };
}

function checkingKind<Driver extends DriverMembers>(
  driver: Driver,
  kind: Kind,
  onCall: (name: string) => void,
): Driver {
  return new Proxy(driver, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        onCall(String(name));
        const answer: unknown = Reflect.apply(member, target, args);
        const wrong = wrongKind(answer, kind);
        if (wrong) throw new Error(`${String(name)} of a driver that is ${kind} returned ${wrong}`);
        return answer;
      };
    },
  });
}

/** What is wrong with an answer, if anything. */
function wrongKind(answer: unknown, kind: Kind): string | undefined {
  const isPromise = has(answer, 'then');
  const isAsyncIterable = has(answer, Symbol.asyncIterator);
  if (kind === 'blocking') return isPromise ? 'a promise' : isAsyncIterable ? 'an async iterable' : undefined;
  if (isPromise) return undefined;
  return isAsyncIterable && !has(answer, Symbol.iterator) ? undefined : 'neither a promise nor an async iterable';
}

function has(value: unknown, name: PropertyKey): boolean {
  return typeof value === 'object' && value !== null && name in value;
}
