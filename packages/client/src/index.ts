export { answerOf, assertSuccess } from './answer.ts'
export { createClient } from './client.ts'
export type {
  ApplyOptions,
  Client,
  ClientOptions,
  DeleteOptions,
  ListOptions,
  ObjectList,
  ObjectRef,
  PatchType,
  Selection,
  WatchOptions,
  WriteOptions,
} from './client.ts'
export { informerSource, startController } from './controller.ts'
export type { Controller, ControllerOptions, KeysOf, Reconcile, ReconcileResult, Source } from './controller.ts'
export { ApiError, ClientError, hasReason } from './errors.ts'
export type { ClientErrorCode } from './errors.ts'
export { eventRecorder } from './events.ts'
export type { Happening, Recorder } from './events.ts'
export { httpTransport } from './http.ts'
export type { HttpTransportOptions } from './http.ts'
export { Informer } from './informer.ts'
export type { Change, InformerOptions } from './informer.ts'
export { discoveryMapper, pathOf } from './resources.ts'
export type { KindRef, ResourceInfo, ResourceMapper } from './resources.ts'
