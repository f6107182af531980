package io.edgeai.placement.cost;

import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;

/**
 * One replica of a workload considered on one node with one variant.
 *
 * @param workload what is placed
 * @param variant the variant considered
 * @param site the site considered
 * @param node the node of that site
 * @param headroom what is free there; while a whole problem is planned, the empty node
 * @param estimate what it would mean
 */
public record Candidate(
        Workload workload, Variant variant, Site site, Node node, Headroom headroom, Estimate estimate) {
    /** Bytes that must be sent to the site: the variant's, or none where the site holds it. */
    public long transferBytes() {
        return site.artifacts().hold(variant) ? 0 : variant.sizeBytes();
    }
}
