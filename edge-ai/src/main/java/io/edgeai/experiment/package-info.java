/**
 * Experiments as they are told and asked from outside: the definition, outcomes of units, the standing and the decision.
 * A server drives them by {@link io.edgeai.experiment.ModelExperiments}.
 */
@NullMarked
package io.edgeai.experiment;

import org.jspecify.annotations.NullMarked;
