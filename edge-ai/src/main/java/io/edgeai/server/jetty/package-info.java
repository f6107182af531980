/**
 * HTTP/1.1 and TLS by Eclipse Jetty's core, an optional dependency. The only place that knows its types.
 */
@NullMarked
package io.edgeai.server.jetty;

import org.jspecify.annotations.NullMarked;
