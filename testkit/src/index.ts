export { FakeClock } from './clock.ts'
export { eventually } from './eventually.ts'
export type { EventuallyOptions } from './eventually.ts'
export { temporaryDirectory } from './temporary.ts'
