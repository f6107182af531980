/**
 * The border to a library that speaks HTTP: a request's head and body, a response, a handler from one to the other, and
 * the provider that listens. No type of such a library appears here.
 */
@NullMarked
package io.edgeai.server.http;

import org.jspecify.annotations.NullMarked;
