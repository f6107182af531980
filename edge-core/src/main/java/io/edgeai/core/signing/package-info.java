/**
 * Ed25519 keys (RFC 8032) as the JDK has them, in the PEM files that OpenSSL reads and writes. What is signed here can be
 * verified by any other program: the bytes that a signature covers are documented where they are made.
 */
@NullMarked
package io.edgeai.core.signing;

import org.jspecify.annotations.NullMarked;
