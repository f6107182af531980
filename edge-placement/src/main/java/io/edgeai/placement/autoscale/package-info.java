/**
 * Decides how many replicas a service runs and which variant they serve, from what was observed, each decision with its reasons. The estimates and the staffing are here; other policies to compare with are in {@code policy}, and {@code replay} runs any of them over a trace in virtual time.
 */
@NullMarked
package io.edgeai.placement.autoscale;

import org.jspecify.annotations.NullMarked;
