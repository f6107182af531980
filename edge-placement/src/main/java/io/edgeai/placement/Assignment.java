package io.edgeai.placement;

import io.edgeai.placement.cost.Estimate;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;

/**
 * One replica placed on one node.
 *
 * @param workload what is placed
 * @param replica number of the replica, from 0
 * @param site where
 * @param node on which of its nodes
 * @param variant which variant runs
 * @param device index among the node's accelerators, or -1 for none
 * @param estimate what it is predicted to mean
 * @param score what it adds to the objective
 */
public record Assignment(
        Workload workload,
        int replica,
        Site site,
        Node node,
        Variant variant,
        int device,
        Estimate estimate,
        double score) {
    /** Bytes that must be sent to the site: the variant's, or none where the site holds it. */
    public long transferBytes() {
        return site.artifacts().hold(variant) ? 0 : variant.sizeBytes();
    }

    /** {@code workload#replica → site/node (variant)}. */
    @Override
    public String toString() {
        return workload.name() + "#" + replica + " → " + site.id() + "/" + node.name() + " (" + variant.name() + ")";
    }
}
