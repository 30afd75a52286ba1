import { CodedError } from '@slipway/diag'

/** What can be wrong with a value of the API's small languages. */
export type ObjectsErrorCode = 'BAD_SELECTOR' | 'BAD_QUANTITY' | 'BAD_PATCH' | 'PATCH_TEST_FAILED' | 'BAD_PROTOBUF'

/** An error about a value that somebody wrote; messages are the API server's own. */
export class ObjectsError extends CodedError<ObjectsErrorCode> {}
