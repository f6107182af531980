package io.edgeai.monitor.dashboard;

import io.edgeai.core.error.InvalidInputException;

/**
 * One node of a site as the page shows it.
 *
 * @param site its name
 * @param node the node's name
 * @param replicas replicas on it
 * @param cpuShare share of its CPU that is reserved, 0 or more; 1 is all
 * @param memoryShare the same of its memory
 */
public record SiteCard(String site, String node, int replicas, double cpuShare, double memoryShare) {
    public SiteCard {
        if (!(cpuShare >= 0) || !(memoryShare >= 0)) {
            throw new InvalidInputException("Shares (" + cpuShare + ", " + memoryShare + ") of node (" + node
                    + ") are not 0 or more. Maybe divide what is reserved by what there is.");
        }
    }
}
