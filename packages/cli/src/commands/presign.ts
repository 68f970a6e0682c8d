/** `isobar presign`. */
import type { CommandContext } from '../command-context.ts';
import { cloudObject, cloudOf } from '../places.ts';

/** Options of `presign`. */
interface PresignOptions {
  readonly expires?: number;
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
}

/** Prints a signed URL. */
export async function presign(
  context: CommandContext,
  [text = '']: readonly string[],
  { expires = 3600, method }: PresignOptions,
): Promise<number> {
  const { container, driver, name } = await cloudObject(context, cloudOf(text, 'presign'));
  const options = { method, expiresInSeconds: expires, signal: context.signal };
  const url = await driver.presignObjectUrl({ container, name }, options);
  context.output.result(url, { url, method, expiresInSeconds: expires });
  return 0;
}
