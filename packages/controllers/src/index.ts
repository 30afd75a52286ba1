export { startControllers } from './manager.ts'
export type { ControllerManager, ControllerManagerOptions } from './manager.ts'
export type { SignToken } from './serviceaccount/token-secrets.ts'
