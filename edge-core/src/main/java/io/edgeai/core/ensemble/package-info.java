/**
 * Several models and functions as one session: graphs of named steps, averages and votes, and stages that work at the same
 * time. Each is an {@link io.edgeai.core.runtime.InferenceSession}, so that endpoints, deadlines and monitoring apply to it
 * unchanged.
 */
@NullMarked
package io.edgeai.core.ensemble;

import org.jspecify.annotations.NullMarked;
