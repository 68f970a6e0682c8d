/** Calls exports of modules that a provider needs only for some options. */
import { CloudError, invalidArgument, type WorkerStep } from '@isobar/core/provider';

type ModuleStep = Extract<WorkerStep, { readonly kind: 'module' }>;

/** Imports the module of a step, and calls its export. @returns A copy of what the last call returned. */
export async function callModule({ calls, exportName, from, specifier }: ModuleStep): Promise<unknown> {
  const { resolved, url } = resolve(specifier, from);
  let value = exportOf(await import(url ?? resolved), specifier, exportName);
  if (typeof value !== 'function')
    throw invalidArgument('exportName', `${exportName} of ${specifier} is not a function`);
  for (const args of calls) {
    if (typeof value === 'function') value = await value(...args);
  }
  try {
    return structuredClone(value);
  } catch (cause) {
    throw new CloudError('unsupported', `${exportName} of ${specifier} must return plain data`, {}, { cause });
  }
}

interface Resolved {
  /** A path, or the name of a module of Node. */
  readonly resolved: string;
  /** The URL of the path. */
  readonly url: string | undefined;
}

/** Finds a module from the given file or, without one, from the program's main file, the working folder, or this package. */
function resolve(specifier: string, from: string | undefined): Resolved {
  const { createRequire, isBuiltin } = process.getBuiltinModule('node:module');
  const { fileURLToPath, pathToFileURL } = process.getBuiltinModule('node:url');
  const request = specifier.startsWith('file:') ? fileURLToPath(specifier) : specifier;
  const main = process.argv[1];
  const places = [main && pathToFileURL(main).href, pathToFileURL(`${process.cwd()}/`).href, import.meta.url];
  let cause: unknown;
  for (const place of from === undefined ? places : [from]) {
    if (!place) continue;
    const require = createRequire(place);
    try {
      const resolved = require.resolve(request);
      return { resolved, url: isBuiltin(resolved) ? undefined : pathToFileURL(resolved).href };
    } catch (failure) {
      cause ??= failure;
      if (!['MODULE_NOT_FOUND', 'ERR_UNKNOWN_BUILTIN_MODULE'].includes(String(codeOf(failure))))
        throw resolveFailure(failure, specifier);
    }
  }
  if (!/^(@[\w.-]+\/)?\w[\w.-]*(\/|$)/.test(specifier))
    throw invalidArgument('specifier', `there is no module ${specifier}`);
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  throw new CloudError('not-installed', `${specifier} cannot be found: npm install ${name}`, {}, { cause });
}

function resolveFailure(failure: unknown, specifier: string): unknown {
  if (codeOf(failure) !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') return failure;
  const message = `the package of ${specifier} has no such entry for require; give the path of its file`;
  return new CloudError('unsupported', message, {}, { cause: failure });
}

function exportOf(module: unknown, specifier: string, exportName: string): unknown {
  const exports = Object(module) as Readonly<Record<PropertyKey, unknown>>;
  if (Object.hasOwn(exports, exportName)) return exports[exportName];
  // The default export of a CommonJS module is all that it exports; `import()` recognizes only some of the names in it.
  const whole: unknown = exports[Symbol.toStringTag] === 'Module' ? exports.default : module;
  if (exportName === 'default' && whole !== undefined) return whole;
  const named = Object(whole) as Readonly<Record<string, unknown>>;
  if (Object.hasOwn(named, exportName)) return named[exportName];
  throw invalidArgument('exportName', `${specifier} has no export ${JSON.stringify(exportName)}`);
}

function codeOf(failure: unknown): unknown {
  return (failure as { code?: unknown } | undefined)?.code;
}
