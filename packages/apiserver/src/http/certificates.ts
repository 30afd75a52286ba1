/** A certificate authority and a server certificate that it signed, as PEM. */
export interface Certificates {
  readonly ca: string
  readonly certificate: string
  readonly key: string
}

/** Makes a private authority and a certificate for the loopback names of an API server, valid for a year from `now`, in milliseconds since 1970. */
export async function makeCertificates(now = Date.now()): Promise<Certificates> {
  // Loading the library takes as long as a small start, and certificates are made once in the life of a cluster.
  const { signCertificates } = await import('./x509.ts')
  return signCertificates(now)
}
