/**
 * Tumbling windows over the recorded counts and their bounded history. Time comes from an injected clock and ticker, so a test can play a day in a millisecond.
 */
@NullMarked
package io.edgeai.monitor.window;

import org.jspecify.annotations.NullMarked;
