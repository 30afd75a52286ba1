/** Why a connection failed, as Go's net package words it where that is known. */
export function dialMessage(error: Error, address: string): string {
  return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED'
    ? `dial tcp ${address}: connect: connection refused`
    : error.message
}
