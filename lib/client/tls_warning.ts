/**
 * The one thing that this library says unasked.
 *
 * @module
 */

let isSaid = false;

/** Warns, once per process, that peers are not verified. */
export function warnOfUnverifiedTls(): void {
  if (isSaid) return;
  isSaid = true;
  console.warn(
    "respool: dangerouslyAllowUnverifiedTls is set, so that whoever is on the path can read and change everything, " +
      "passwords included. To trust an authority of your own, give its certificate as tls.ca.",
  );
}
