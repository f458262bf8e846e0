/** Who may talk to the server: this machine, or whoever holds the token. */

import { createHash, timingSafeEqual } from "node:crypto";
import { isIPv4 } from "node:net";
import { GuerdonError } from "../core/errors.ts";

/** @throws GuerdonError "serving.token-required" for an address that others can reach, without a token. */
export function assertGuarded(host: string, token: string | undefined): void {
  if (token !== undefined && token.length < 16) {
    throw new GuerdonError("serving.token-too-short", {
      where: "token",
      expected: "at least 16 characters",
      got: `${token.length}`,
      fix: "Make one with `openssl rand -hex 32`.",
    });
  }
  if (token === undefined && !isLoopback(host)) {
    throw new GuerdonError("serving.token-required", {
      where: "host",
      expected: "127.0.0.1 (the default), or a token",
      got: `${host} without a token`,
      fix: "Set a token (`openssl rand -hex 32`) and let the trainer send it as `Authorization: Bearer <token>`, or listen on 127.0.0.1 only.",
    });
  }
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));
}

/** A check of the `authorization` header whose time does not tell how much of the token was right. */
export function tokenCheck(token: string): (authorization: string | undefined) => boolean {
  const expected = digest(`Bearer ${token}`);
  return (authorization) => authorization !== undefined && timingSafeEqual(digest(authorization), expected);
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
