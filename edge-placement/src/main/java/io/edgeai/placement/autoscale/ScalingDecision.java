package io.edgeai.placement.autoscale;

/**
 * How many replicas there shall be, and what they serve.
 *
 * @param replicas ready and starting ones together
 * @param variant index of the variant for new requests, 0 the preferred one
 * @param reason what led to it, for people
 */
public record ScalingDecision(int replicas, int variant, String reason) {}
