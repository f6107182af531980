package io.edgeai.placement.model;

/** How far apart the replicas of one workload must stand. */
public enum Spread {
    /** Anywhere, even on one node. */
    NONE,
    /** On different sites. */
    SITE,
    /** In different regions. */
    REGION
}
