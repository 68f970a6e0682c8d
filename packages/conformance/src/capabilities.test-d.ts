/** Providers and cases can name only known capabilities. */
import { defineProvider, type OptionsSchema } from '@isobar/core/provider';
import { test } from 'vitest';
import type { Case } from './case.ts';

declare const options: OptionsSchema<object>;

test('a provider cannot declare an unknown capability', () => {
  const rest = {
    id: 'acme',
    name: 'Acme',
    website: 'https://acme.example',
    options,
    methods: {},
    operations: () => ({}),
  };
  defineProvider({ ...rest, capabilities: { delimiter: true, createNodes: false } });
  // @ts-expect-error: there is no `delimeter`
  defineProvider({ ...rest, capabilities: { delimeter: true } });
  // @ts-expect-error: a capability is true or false
  defineProvider({ ...rest, capabilities: { delimiter: 5 } });
});

test('a case cannot need an unknown capability', () => {
  const rest = { title: 'does something', run: async () => undefined };
  const possible: Case<object> = { ...rest, needs: 'delimiter' };
  // @ts-expect-error: there is no `delimeter`
  const impossible: Case<object> = { ...rest, needs: 'delimeter' };
  return [possible, impossible];
});
