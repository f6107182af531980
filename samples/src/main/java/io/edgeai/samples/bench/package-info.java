/**
 * Measures models side by side: interleaved rounds, percentiles, throughput and a ratio with its confidence interval. Nothing here prints.
 */
@NullMarked
package io.edgeai.samples.bench;

import org.jspecify.annotations.NullMarked;
