/**
 * A live page of what a monitor knows, served by the JDK's own HTTP server with server-sent events. Everything it needs
 * travels with the library, so it works where there is no network; it reads and never changes anything.
 */
@NullMarked
package io.edgeai.monitor.dashboard;

import org.jspecify.annotations.NullMarked;
