export { startControllers } from './manager.ts'
export type { ControllerManager, ControllerManagerOptions } from './manager.ts'
