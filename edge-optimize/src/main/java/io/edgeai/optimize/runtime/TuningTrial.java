package io.edgeai.optimize.runtime;

import io.edgeai.core.runtime.SessionOptions;

/**
 * One set of options tried.
 *
 * @param label what differs from the default, such as {@code threads=2 spinning}
 * @param options the options
 * @param speedup time with the default options over time with these, paired in rounds; 0 where they did not run
 * @param p50Micros median microseconds with these options, of the default ones in the longest comparison; 0 where they did
 *     not run
 * @param rounds rounds measured
 * @param outcome what became of it: {@code won}, {@code dropped after 3 rounds}, or why it did not run
 */
public record TuningTrial(
        String label, SessionOptions options, double speedup, double p50Micros, int rounds, String outcome) {}
