import { crc32c } from './crc32c.ts'

const HEADER = 8

/** Frames a payload for the log: length and CRC-32C (both little-endian, 4 bytes), then the payload. */
export function encodeFrame(payload: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(HEADER + payload.length)
  frame.writeUInt32LE(payload.length, 0)
  frame.writeUInt32LE(crc32c(payload), 4)
  payload.copy(frame, HEADER)
  return frame
}

/** What a log file holds: its whole frames, and where they end. */
export interface DecodedFrames {
  readonly payloads: readonly Buffer[]
  /** Offset after the last whole frame. */
  readonly end: number
  /** Why decoding stopped before the end of the file: a frame that was cut off, or one whose bytes changed. */
  readonly fault: 'torn' | 'corrupt' | undefined
}

/**
 * Reads frames until the end or the first bad one. The last write of a killed process can be cut short or, after a power cut, hold stale bytes: a bad
 * frame with nothing whole behind it is `torn`; one that whole frames follow is `corrupt`, because acknowledged writes lie behind it.
 */
export function decodeFrames(bytes: Buffer): DecodedFrames {
  const payloads: Buffer[] = []
  let at = 0
  for (let frame = frameAt(bytes, at); frame !== undefined; frame = frameAt(bytes, at)) {
    payloads.push(frame)
    at += HEADER + frame.length
  }
  if (at === bytes.length) return { payloads, end: at, fault: undefined }
  return { payloads, end: at, fault: wholeFrameFollows(bytes, at) ? 'corrupt' : 'torn' }
}

function frameAt(bytes: Buffer, at: number): Buffer | undefined {
  if (at + HEADER > bytes.length) return undefined
  const length = bytes.readUInt32LE(at)
  if (length === 0 || at + HEADER + length > bytes.length) return undefined
  const payload = bytes.subarray(at + HEADER, at + HEADER + length)
  return crc32c(payload) === bytes.readUInt32LE(at + 4) ? payload : undefined
}

// Payloads are JSON objects, so a whole frame can only start eight bytes before a brace: that keeps the scan linear.
function wholeFrameFollows(bytes: Buffer, from: number): boolean {
  for (let at = bytes.indexOf('{', from + HEADER + 1); at >= 0; at = bytes.indexOf('{', at + 1)) {
    if (frameAt(bytes, at - HEADER) !== undefined) return true
  }
  return false
}
