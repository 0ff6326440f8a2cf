export { matchesEventPattern } from './event-bridge/pattern.ts';
export { type LocalCloud, type StartOptions, startLocal } from './start.ts';
export { StartError } from './start-error.ts';
export { runStateMachine } from './step-functions/run-state-machine.ts';
