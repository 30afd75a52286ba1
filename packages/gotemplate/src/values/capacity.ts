/** Sizes of the Go allocator, in bytes, as far as lists of templates go (runtime/sizeclasses.go). */
const CLASSES = [
  16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352, 384, 416, 448, 480, 512,
  576, 640, 704, 768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200, 3456, 4096, 4864, 5120,
  5376, 6144, 6528, 6784, 6912, 8192, 9472, 9728, 10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072, 20480, 21760,
  24576, 27264, 28672, 32768,
]
const PAGE = 8192
const INTERFACE_SIZE = 16

/** The capacities that a list goes through when items are appended one by one. */
const STEPS: number[] = [0]

/** The capacity of an `[]interface {}` that items were appended to one by one, as decoders do. */
export function appendedCapacity(length: number): number {
  let last = STEPS.at(-1) ?? 0
  while (last < length) {
    last = grownCapacity(last + 1, last)
    STEPS.push(last)
  }
  return STEPS.find((step) => step >= length) ?? length
}

/**
 * The capacity that Go's append gives an `[]interface {}`: a template can see it, because `slice` may reach past the length of a list up to
 * its capacity (runtime/slice.go growslice).
 */
export function grownCapacity(length: number, capacity: number): number {
  if (length <= capacity) return capacity
  const wanted = nextCapacity(length, capacity)
  const bytes = wanted * INTERFACE_SIZE
  const size = CLASSES.find((candidate) => candidate >= bytes) ?? Math.ceil(bytes / PAGE) * PAGE
  return Math.floor(size / INTERFACE_SIZE)
}

function nextCapacity(length: number, capacity: number): number {
  if (length > capacity * 2) return length
  if (capacity < 256) return capacity * 2
  let next = capacity
  while (next < length) next += Math.floor((next + 768) / 4)
  return next
}
