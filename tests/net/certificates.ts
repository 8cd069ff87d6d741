/** Certificates for tests, made by the machine's own `openssl`. */
import { execFile, spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { withFolder } from "./helpers.ts";

/** A certificate and its private key, as PEM text. */
export interface Identity {
  cert: string;
  key: string;
}

/** Everything the TLS tests need; all but `stranger` and `selfSigned` come from `ca`. */
export interface Certificates {
  /** The authority that the tests trust. */
  ca: string;
  /** An authority that signed nothing. */
  stranger: string;
  /** For `localhost` and `127.0.0.1`. */
  server: Identity;
  /** For `localhost` alone. */
  nameOnly: Identity;
  /** For `other.example` and `*.wild.example`. */
  other: Identity;
  /** For a client. */
  client: Identity;
  /** For `localhost` and `127.0.0.1`, over since 2001. */
  expired: Identity;
  /** For `localhost` and `127.0.0.1`, from 2099 on. */
  future: Identity;
  /** For `localhost` and `127.0.0.1`, from nobody. */
  selfSigned: Identity;
}

/** Why certificates cannot be made here, or `false`. */
export const noOpenssl: string | false = spawnSync("openssl", ["version"]).status === 0
  ? false
  : "openssl is not installed";

const configuration = `
[ca]
default_ca = authority
[authority]
new_certs_dir = .
database = index.txt
rand_serial = yes
default_md = sha256
policy = anything
copy_extensions = copy
unique_subject = no
[anything]
commonName = supplied
`;

const here = "DNS:localhost,IP:127.0.0.1";

let made: Promise<Certificates> | undefined;

/** Makes the certificates once per process. */
export function certificates(): Promise<Certificates> {
  return made ??= makeAll();
}

async function makeAll(): Promise<Certificates> {
  let all: Certificates | undefined;
  await withFolder(async (folder) => {
    await writeFile(path.join(folder, "ca.cnf"), configuration);
    await writeFile(path.join(folder, "index.txt"), "");
    const authority = ["-addext", "basicConstraints=critical,CA:TRUE"];
    all = {
      ca: (await selfSign(folder, "ca", ...authority)).cert,
      stranger: (await selfSign(folder, "stranger", ...authority)).cert,
      selfSigned: await selfSign(folder, "self", "-addext", `subjectAltName=${here}`),
      server: await sign(folder, "server", here),
      nameOnly: await sign(folder, "name-only", "DNS:localhost"),
      other: await sign(folder, "other", "DNS:other.example,DNS:*.wild.example"),
      client: await sign(folder, "client", "DNS:client"),
      expired: await sign(folder, "expired", here, "20000101000000Z", "20010101000000Z"),
      future: await sign(folder, "future", here, "20990101000000Z", "21000101000000Z"),
    };
  });
  return all!;
}

/** A new key of the kind that is quickest to make. */
const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

async function selfSign(folder: string, name: string, ...more: string[]): Promise<Identity> {
  const files = ["-keyout", `${name}.key`, "-out", `${name}.pem`, "-days", "2", "-subj", `/CN=${name}`];
  await openssl(folder, "req", "-x509", ...newKey, ...files, ...more);
  return identity(folder, name);
}

async function sign(folder: string, name: string, names: string, start?: string, end?: string): Promise<Identity> {
  const request = ["-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`];
  await openssl(folder, "req", ...newKey, ...request, "-addext", `subjectAltName=${names}`);
  const validity = start === undefined ? ["-days", "2"] : ["-startdate", start, "-enddate", end!];
  const authority = ["-cert", "ca.pem", "-keyfile", "ca.key", "-config", "ca.cnf"];
  await openssl(
    folder,
    "ca",
    "-batch",
    "-notext",
    ...authority,
    "-in",
    `${name}.csr`,
    "-out",
    `${name}.pem`,
    ...validity,
  );
  return identity(folder, name);
}

async function openssl(folder: string, ...args: string[]): Promise<void> {
  await promisify(execFile)("openssl", args, { cwd: folder });
}

async function identity(folder: string, name: string): Promise<Identity> {
  const read = (ending: string) => readFile(path.join(folder, `${name}.${ending}`), "utf8");
  return { cert: await read("pem"), key: await read("key") };
}
