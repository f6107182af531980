/**
 * The distributions and tests behind the verdicts, in plain Java. Each method names its source and its accuracy.
 */
@NullMarked
package io.edgeai.monitor.stat;

import org.jspecify.annotations.NullMarked;
