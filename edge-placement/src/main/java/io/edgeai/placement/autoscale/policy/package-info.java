/**
 * Autoscalers to compare with, by their published formulas: a fixed number, the Kubernetes horizontal pod autoscaler, and Knative's. Each names its source.
 */
@NullMarked
package io.edgeai.placement.autoscale.policy;

import org.jspecify.annotations.NullMarked;
