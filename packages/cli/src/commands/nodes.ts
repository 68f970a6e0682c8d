/** `isobar nodes ls` and `isobar nodes wait`. */
import type { Node } from '@isobar/core';
import type { CommandContext } from '../command-context.ts';

/** Lists nodes. */
export async function listNodes(context: CommandContext, [cloud = '']: readonly string[]): Promise<number> {
  const { drivers, output, signal } = context;
  const driver = await drivers.compute(cloud);
  for await (const node of driver.iterateNodes({ signal })) show(output, node);
  return 0;
}

function show(output: CommandContext['output'], node: Node): void {
  const { id, name, privateIps, publicIps, state } = node;
  const addresses = [...publicIps, ...privateIps].join(' ');
  output.result(`${id}  ${state.padEnd(10)}  ${name}${addresses ? `  ${addresses}` : ''}`, node);
}

/** Options of `nodes wait`. */
interface WaitOptions {
  readonly state: 'running' | 'stopped' | 'terminated';
  readonly timeout?: number;
}

/** Waits for nodes. */
export async function waitForNodes(
  context: CommandContext,
  [cloud = '', ...ids]: readonly string[],
  { state, timeout = 600 }: WaitOptions,
): Promise<number> {
  const { drivers, output, signal } = context;
  const driver = await drivers.compute(cloud);
  const options = { timeoutMs: timeout * 1000, signal };
  const nodes = await driver.waitForNodes(ids, { ...options, state: state as never });
  for (const node of nodes) show(output, node);
  return 0;
}
