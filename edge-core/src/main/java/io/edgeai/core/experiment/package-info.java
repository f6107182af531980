/**
 * Statistics of experiments between versions that may be looked at as often as one likes: sequential tests, confidence
 * sequences, a guardrail for errors and an alarm for traffic that is not shared as it should be. Knows nothing of models
 * or endpoints; numbers go in, evidence comes out.
 */
@NullMarked
package io.edgeai.core.experiment;

import org.jspecify.annotations.NullMarked;
