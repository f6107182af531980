/**
 * Where a regular series is going: whether it has a trend, its next values with intervals, and when it will cross a
 * threshold. Everything is computed from the values handed in, seeded and without state, so the same values give the
 * same answer.
 */
@NullMarked
package io.edgeai.monitor.trend;

import org.jspecify.annotations.NullMarked;
