export { controllerOf, controllerRef, formatApiVersion, gvkOf, keyOf, parseApiVersion, parseKey } from './object.ts'
export type { GroupVersionKind, GroupVersionResource, KubeObject, ObjectMeta, OwnerReference } from './object.ts'
export { formatMicroTime, formatTime, systemClock } from './clock.ts'
export type { Cancel, Clock } from './clock.ts'
export type { ApiRequest, ApiResponse, Status, StatusDetails, Transport, UserInfo, WatchEvent } from './wire.ts'
export { readCron } from './cron/read.ts'
export type { Cron, CronFields } from './cron/read.ts'
export { copyJson } from './copy.ts'
export { decodeAs } from './decode.ts'
export type { Decoded } from './decode.ts'
export { deepEqual, isRecord } from './equal.ts'
export { ObjectsError } from './errors.ts'
export type { ObjectsErrorCode } from './errors.ts'
export { scaledValue } from './intstr.ts'
export type { IntOrString } from './intstr.ts'
export { applyJsonPatch } from './patch/json-patch.ts'
export type { JsonPatchOperation } from './patch/json-patch.ts'
export { applyMergePatch } from './patch/merge-patch.ts'
export { applyStrategicMergePatch } from './patch/strategic.ts'
export { applyConfiguration, shapeOfKind, trackUpdate } from './apply/managed.ts'
export type { ApplyConflict, ApplyOutcome, ManagedFieldsEntry, Writer } from './apply/managed.ts'
export { displayPath, LEAF, shapeOfType, UNTYPED } from './apply/fields.ts'
export { mergeApplied } from './apply/merge.ts'
export type { Fields, Shape } from './apply/fields.ts'
export {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  quantityMilliValue,
  quantityValue,
  subtractQuantities,
} from './quantity.ts'
export type { Quantity } from './quantity.ts'
export { builtInKinds, builtInResources, elementOf, typeNamed, typeOfKind } from './schema.ts'
export type { FieldInfo, ResourceEntry, SubresourceEntry, TypeInfo } from './schema.ts'
export { formatLabelSelector, parseFieldSelector, parseLabelSelector, toLabelSelector } from './selector.ts'
export type {
  FieldRequirement,
  FieldSelector,
  LabelRequirement,
  Labels,
  LabelSelector,
  LabelSelectorSpec,
} from './selector.ts'
export { applyDefaults } from './defaults/apply-defaults.ts'
export { validateObject } from './validation/validate.ts'
export { Causes } from './validation/causes.ts'
export type { Cause } from './validation/causes.ts'
export { decodeProtobuf, isProtobuf } from './proto/decode.ts'
export { podAmounts, podAmountsWithOverhead } from './pod-amounts.ts'
export type { PodResources, ResourceAmounts } from './pod-amounts.ts'
export { quotaCovers, quotaUsage, sumUsage } from './quota.ts'
export type { Amounts } from './quota.ts'
