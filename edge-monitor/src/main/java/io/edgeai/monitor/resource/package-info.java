/**
 * What the process uses: CPU, heap and resident memory. Readings come through a probe that a host can replace.
 */
@NullMarked
package io.edgeai.monitor.resource;

import org.jspecify.annotations.NullMarked;
