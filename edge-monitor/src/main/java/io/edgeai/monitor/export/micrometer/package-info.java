/**
 * A monitor's figures in a Micrometer registry. Micrometer is an optional dependency: without it on the class path this
 * package is not used, and everything else works.
 */
@NullMarked
package io.edgeai.monitor.export.micrometer;

import org.jspecify.annotations.NullMarked;
