/** Doubles for tests of providers: they drive an operation without I/O, by script. For any test runner. */
export { forbidIo, type TestHooks, takeForbiddenUses } from './testing/forbid-io.ts';
export { ScriptedDisk } from './testing/scripted-disk.ts';
export {
  type Answer,
  networkFailure,
  type PathPattern,
  type Reply,
  ScriptError,
  ScriptedService,
  silence,
} from './testing/scripted-service.ts';
export { ScriptedSources } from './testing/scripted-sources.ts';
export { type AnswerOrder, Cancelled, nameOf, ScriptedWorld, type StepName } from './testing/scripted-world.ts';
