export { startControllers } from './manager.ts'
export type { ControllerManager, ControllerManagerOptions } from './manager.ts'
export { eventRecorder } from './shared/events.ts'
export type { Happening, Recorder } from './shared/events.ts'
