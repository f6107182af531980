/**
 * JMH benchmarks, one question per class, each with the exact command in its javadoc. {@link
 * io.edgeai.benchmarks.BenchmarkReport} runs one in interleaved rounds and writes a table; a smoke test runs them all
 * for an instant so that they cannot rot.
 */
@NullMarked
package io.edgeai.benchmarks;

import org.jspecify.annotations.NullMarked;
